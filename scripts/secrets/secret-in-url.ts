import { isSecretName } from './secret-options.ts';

const HIDDEN = '[hidden]';

/** Addresses inside a text. A blank ends one. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{0,30}:\/\/\S+/gi;

/** Up to the last `@` before the path, as programs read it: a password may hold one. */
const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/)[^/\\?#]*@/i;

/** A text in whose addresses name and password are hidden; scheme, host, path and query stay. */
export const hideUserInfo = (text: string): string =>
  text.replaceAll(ADDRESS, (address) => address.replace(USER_INFO, `$1${HIDDEN}@`));

/**
 * Header and payload of a JWT, of which the signature follows. Before it may be the end of another character, as addresses, JSON
 * and code write it.
 */
export const SIGNED_PART = String.raw`(?:(?<![A-Za-z0-9])|(?<=%[\dA-Fa-f]{2}|\\(?:[bfnrtv]|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2})))eyJ[\w-]{8,2000}\.[\w-]{8,}`;

/**
 * Credentials in the middle of a text: a JWT, what follows `Bearer`, a private key as far as it goes, as they are and as
 * addresses and JSON write them. Nothing that code could hide in.
 */
const CREDENTIALS: readonly RegExp[] = [
  new RegExp(String.raw`${SIGNED_PART}\.[\w-]*`, 'g'),
  /(?=[\w.~+/-]{16})(?<=(?<![A-Za-z])Bearer(?:[ \t]+|%20))[\w.~+/-]+=*/gi,
  /(?<=-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----)(?:[A-Za-z0-9+/=\s]|\\+[nr])+/g,
];

/** A text in which credentials are hidden; what is around them stays. */
export const hideCredentials = (text: string): string =>
  CREDENTIALS.reduce((shown, credential) => shown.replaceAll(credential, HIDDEN), text);

/** As `hideUserInfo` and `hideCredentials`, and the values of the query and the whole fragment are hidden too. */
export const hideUrlValues = (text: string): string => hideParameters(text, () => true);

/** As `hideUserInfo` and `hideCredentials`, and the values of parameters that are named like a secret are hidden too. */
export const hideUrlSecrets = (text: string): string => hideParameters(text, isSecretName);

const hideParameters = (text: string, isHidden: (name: string) => boolean): string =>
  hideUserInfo(hideCredentials(text)).replaceAll(ADDRESS, (address) => {
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
