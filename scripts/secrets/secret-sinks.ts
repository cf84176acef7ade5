import { isSecretName } from './secret-options.ts';

/** A step of a path: that name, or any name for which it holds. */
type Step = string | ((name: string) => boolean);

const anyItem = (position: string): boolean => /^\d+$/.test(position);

/**
 * Where the value of a secret may go, and nowhere else: paths in `tenant.yaml`, which are those of what is sent. What stands here
 * is sent to the tenant alone, is read there by nobody but those who may read secrets, and is hidden in every plan, export and
 * record. `upstream_params` is not among them: Auth0 puts it into an address that the person's browser opens.
 */
const SECRET_SINKS: readonly (readonly Step[])[] = [
  ['connections', anyItem, 'options', 'client_secret'],
  // `Authorization`, `X-Api-Key` and the like; not `User-Agent`.
  ['connections', anyItem, 'options', 'customHeaders', isSecretName],
  ['actions', anyItem, 'secrets', anyItem, 'value'],
];

/** Where a key may go that the deploy makes. */
const KEY_SINKS: readonly (readonly Step[])[] = [['actions', anyItem, 'secrets', anyItem, 'value']];

const isIn = (sinks: readonly (readonly Step[])[], path: readonly (string | number)[]): boolean =>
  sinks.some(
    (sink) =>
      sink.length === path.length &&
      sink.every((step, index) => {
        const name = String(path[index]);
        return typeof step === 'string' ? step === name : step(name);
      }),
  );

/** @param path In `tenant.yaml`, or in what is sent. */
export const isSecretSink = (path: readonly (string | number)[]): boolean => isIn(SECRET_SINKS, path);

/** @param path As for `isSecretSink`. */
export const isKeySink = (path: readonly (string | number)[]): boolean => isIn(KEY_SINKS, path);

/** The same for people. */
export const SECRET_SINKS_IN_WORDS =
  'the value of a secret of an Action, `client_secret` of a connection, or a header in `customHeaders` that is named like a credential';
