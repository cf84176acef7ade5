import { isSecretName } from './secret-options.ts';

const HIDDEN = '[hidden]';

/** Addresses inside a text. A blank ends one. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi;

/** Up to the last `@` before the path, as programs read it: a password may hold one. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/\\?#]*@/i;

/** A text in whose addresses name and password are hidden; scheme, host, path and query stay. */
export const hideUserInfo = (text: string): string =>
  text.replaceAll(ADDRESS, (address) => address.replace(USER_INFO, `$1${HIDDEN}@`));

/** The same, and the values of the query and the whole fragment are hidden too. */
export const hideUrlValues = (text: string): string => hideParameters(text, () => true);

/** As `hideUserInfo`, and the values of parameters that are named like a secret are hidden too. */
export const hideUrlSecrets = (text: string): string => hideParameters(text, isSecretName);

const hideParameters = (text: string, isHidden: (name: string) => boolean): string =>
  hideUserInfo(text).replaceAll(ADDRESS, (address) => {
    const [, start = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(address) ?? [];
    const shown = query.replaceAll(
      /([?&;])([^=&;]*)(=?)([^&;]*)/g,
      (_, mark: string, name: string, equals: string, value: string) =>
        // Without a name, what is there may be the value itself.
        equals === ''
          ? `${mark}${name === '' || !isHidden('') ? name : HIDDEN}`
          : `${mark}${name}=${isHidden(name) ? HIDDEN : value}`,
    );
    const hash = /^#.*[=]/.test(fragment) || isHidden('') ? `#${HIDDEN}` : fragment;
    return `${start}${shown}${fragment === '' ? '' : hash}`;
  });
