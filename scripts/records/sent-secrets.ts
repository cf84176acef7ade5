import { createHash } from 'node:crypto';
import { holdsMarker } from '../tenant-config/markers.ts';
import type { ActionConfig, TenantConfig } from '../tenant-config/tenant-config.ts';
import { isKnownLater } from '../tenant-access/complete-config.ts';
import type { DeployChanges } from '../tenant-model/changes.ts';
import type { Renamed } from '../tenant-model/renames.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import { markAhead, recordedMarkOf } from '../secrets/secret-marks.ts';

/** A secret of an Action as a deploy from here set it: without its value, which no tenant tells. */
export interface SentSecret {
  readonly action: string;
  readonly secret: string;
  /** When the tenant says that it was set: by this it is known again, whatever a rollback or somebody else does meanwhile. */
  readonly setAt: string;
  /** Equal for equal values. */
  readonly mark: string;
}

/** The same secret may run again after a rollback: so many settings of each are kept. */
const KEPT_SETTINGS = 5;

/** The tenant's own domain, which is another one on each start of a local tenant. */
const NOT_MARKED = 'AUTH0_DOMAIN';

/** Names of what others may read anyway: a quick hash does. */
const PUBLIC = /(?:^DIDIT_CONNECTION|_CLIENT_ID)$/;

/** A slow hash: short secrets are not to be guessed from a file. */
const markOf = (secret: string, value: string): string =>
  PUBLIC.test(secret)
    ? createHash('sha256').update(value).digest('hex').slice(0, 32)
    : recordedMarkOf(value, belongsTo(secret));

const belongsTo = (secret: string): string => `secret ${secret}`;

/** Computes what `changedSecrets` compares, all at the same time. */
export const markSecretsAhead = async (
  actions: readonly ActionConfig[],
  known: readonly SentSecret[],
): Promise<void> => {
  const names = new Set(known.map(({ secret }) => secret));
  await markAhead(
    actions
      .flatMap(markedSecrets)
      .filter(({ name }) => names.has(name) && !PUBLIC.test(name))
      .map(({ name, value }) => ({ value, of: belongsTo(name) })),
  );
};

/** What is known once a deploy has sent secrets and read them back. */
export function withSentSecrets(
  known: readonly SentSecret[],
  { actions, renamed }: Pick<DeployChanges, 'actions' | 'renamed'>,
  config: Pick<TenantConfig, 'actions'>,
  after: Pick<TenantState, 'actions'>,
): readonly SentSecret[] {
  const sent = actions
    .filter(({ secrets }) => secrets !== undefined)
    .flatMap(({ config: { name } }) => config.actions.filter((action) => action.name === name))
    .flatMap((action) =>
      markedSecrets(action).flatMap(({ name, value }): SentSecret[] => {
        const setAt = settingOf(after, action.name, name);
        return setAt === undefined
          ? []
          : [{ action: action.name, secret: name, setAt, mark: markOf(name, value) }];
      }),
    );
  const all = [
    ...sent,
    ...withNewActionNames(known, renamed).filter((old) => !sent.some((now) => isSameSetting(now, old))),
  ];
  return [...Map.groupBy(all, ({ action, secret }) => JSON.stringify([action, secret])).values()].flatMap(
    (those) => those.slice(0, KEPT_SETTINGS),
  );
}

/** What is known of an Action stays known when it gets another name. */
export const withNewActionNames = (
  known: readonly SentSecret[],
  renamed: readonly Renamed[],
): readonly SentSecret[] =>
  known.map((sent) => ({
    ...sent,
    action: renamed.find(({ kind, from }) => kind === 'Action' && from === sent.action)?.to ?? sent.action,
  }));

/**
 * Names of the secrets of an Action that have another value now than the tenant has. Of one that no deploy from here has set,
 * nobody knows.
 */
export const changedSecrets = (
  action: ActionConfig,
  known: readonly SentSecret[],
  state: Pick<TenantState, 'actions'>,
): readonly string[] =>
  markedSecrets(action).flatMap(({ name, value }) => {
    const setAt = settingOf(state, action.name, name);
    const sent =
      setAt === ''
        ? undefined
        : known.find((one) => one.action === action.name && one.secret === name && one.setAt === setAt);
    return sent === undefined || sent.mark === markOf(name, value) ? [] : [name];
  });

/** Those with a value at hand: a key that the deploy makes has none, nor has what this client may not read. */
const markedSecrets = ({ secrets = [] }: ActionConfig): NonNullable<ActionConfig['secrets']> =>
  secrets.filter(({ name, value }) => name !== NOT_MARKED && !holdsMarker(value) && !isKnownLater(value));

const settingOf = (
  { actions }: Pick<TenantState, 'actions'>,
  action: string,
  secret: string,
): string | undefined =>
  actions.find(({ name }) => name === action)?.deployed?.secrets.find(({ name }) => name === secret)
    ?.updated_at;

const isSameSetting = (one: SentSecret, other: SentSecret): boolean =>
  one.action === other.action && one.secret === other.secret && one.setAt === other.setAt;

/** Whether it is what a file of ours holds. */
export const isSentSecretList = (value: unknown): value is readonly SentSecret[] =>
  Array.isArray(value) &&
  value.every(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      ['action', 'secret', 'setAt', 'mark'].every(
        (name) => typeof Object.getOwnPropertyDescriptor(item, name)?.value === 'string',
      ),
  );
