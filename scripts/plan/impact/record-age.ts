import { FOREIGN_MAX_AGE_MILLISECONDS } from '../../../actions/didit/policy.ts';
import { formatValue } from '../../settings/describe.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import { USUAL_RECORD_AGE_MILLISECONDS } from '../../simulation/outcomes/flows.ts';
import type { OutcomeFlow } from '../../simulation/outcomes/flows.ts';
import type { LoginApplication, LoginSide } from './login-side.ts';

/** How long ago a returning person last came from Didit, and was seen by the Actions. */
export interface RecordAge {
  readonly milliseconds: number;
  /** `30d`, where it is just above a limit of the rules; `null` where it is the usual one. */
  readonly olderThan: string | null;
}

export const USUAL_AGE: RecordAge = { milliseconds: USUAL_RECORD_AGE_MILLISECONDS, olderThan: null };

const MARGIN_MILLISECONDS = 60_000;

/**
 * The ages at which a flow is to be looked at: the usual one, and one at which the stricter of both sides' limits has passed.
 * There a changed limit shows, and so does code that no longer heeds it.
 */
export function recordAges(
  { didit, returning, failure }: OutcomeFlow,
  application: string,
  sides: readonly LoginSide[],
): readonly RecordAge[] {
  if (!returning || (didit === 'asked' && failure === undefined)) return [USUAL_AGE];
  const limits = sides.flatMap(({ connectionMetadata, applications }) =>
    applications
      .filter(({ name }) => name === application)
      .map((found) =>
        didit === 'elsewhere'
          ? linkedLimit(found)
          : Math.min(
              keptLimit(connectionMetadata, found),
              didit === 'asked' ? standInLimit(connectionMetadata) : Infinity,
            ),
      ),
  );
  const limit = Math.min(...limits);
  return limit === Infinity
    ? [USUAL_AGE]
    : [USUAL_AGE, { milliseconds: limit + MARGIN_MILLISECONDS, olderThan: formatValue(limit) }];
}

const keptLimit = (
  connection: Readonly<Record<string, string>>,
  { metadata: client, membership }: LoginApplication,
): number =>
  readPolicySettings({
    connection: connection['didit_policy'],
    client: client['didit_policy'],
    organization: membership?.metadata['didit_policy'],
  }).maxAge.value;

/** How long a record stands in for an answer that cannot be had. */
const standInLimit = (connection: Readonly<Record<string, string>>): number => {
  const { mode, standIn } = readSyncSettings(connection['didit_sync']);
  return mode === 'on' && standIn > 0 ? standIn : Infinity;
};

/** A login through another connection does not know the rules of the Didit connection. */
function linkedLimit({ metadata, membership }: LoginApplication): number {
  const { applyTo, maxAge } = readPolicySettings({
    client: metadata['didit_policy'],
    organization: membership?.metadata['didit_policy'],
  });
  if (applyTo.value === 'didit') return Infinity;
  return maxAge.value === Infinity ? FOREIGN_MAX_AGE_MILLISECONDS : maxAge.value;
}
