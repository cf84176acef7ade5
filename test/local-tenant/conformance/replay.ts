import { MANAGEMENT_SCOPES } from '../../../scripts/local-tenant/bootstrap.ts';
import { apiUnderTest } from '../management-api/api-under-test.ts';
import { asText, parseJson } from '../management-api/json.ts';
import { asObject } from '../../../scripts/base/json-values.ts';
import type { RecordedPair, Recording } from './recording.ts';
import { bindIds, differences } from './shape.ts';
import type { Bindings, Difference } from './shape.ts';
import { seedLogs, seedStartingState } from './starting-state.ts';

export interface ReplayedPair {
  readonly pair: RecordedPair;
  /** Empty when status and answer agree. */
  readonly differences: readonly Difference[];
}

/** The scopes that the recording's own token had: all, but those whose absence it was told of. */
function scopesOf(pairs: readonly RecordedPair[]): string[] {
  const refused = new Set(
    pairs
      .filter(({ status }) => status === 403)
      .flatMap(({ response }) => asText(asObject(response)['message']).split(': ')[1]?.split(',') ?? []),
  );
  return MANAGEMENT_SCOPES.filter((scope) => !refused.has(scope));
}

function withLocalIds(text: string, bindings: Bindings): string {
  let local = text;
  for (const [theirs, ours] of bindings) {
    if (theirs === ours || theirs.length < 16) continue;
    local = local.replaceAll(theirs, ours).replaceAll(encodeURIComponent(theirs), encodeURIComponent(ours));
  }
  return local;
}

const BUILD_MILLISECONDS = 1_000;

const isBuilding = ({ method, path, response }: RecordedPair): boolean =>
  method === 'GET' &&
  path.includes('/actions') &&
  /"status":"(pending|building)"/.test(JSON.stringify(response));

/** What the SDK that recorded read into its own types first: fields that it does not know are missing there. */
const isTyped = ({ path }: RecordedPair): boolean =>
  /^\/api\/v2\/(clients|resource-servers|logs\/)/.test(path) && !path.includes('/credentials');

/** Whether the recording's tenant had stopped to tell which applications a connection is enabled for. */
const hidesEnabledClients = (pairs: readonly RecordedPair[]): boolean =>
  pairs.some(
    ({ method, path, response }) =>
      method === 'GET' &&
      /\/connections\/con_\w+$/.test(path) &&
      'options' in asObject(response) &&
      !('enabled_clients' in asObject(response)),
  );

/** Sends a recording's requests, in order, to a local tenant that starts where the recording started. */
export async function replay(recording: Recording): Promise<ReplayedPair[]> {
  const api = await apiUnderTest(
    {
      buildMilliseconds: BUILD_MILLISECONDS,
      hidesEnabledClients: hidesEnabledClients(recording.pairs),
    },
    (store) => {
      seedStartingState(store, recording.pairs);
    },
  );
  const scopes = scopesOf(recording.pairs);
  const bindings: Bindings = new Map();
  const results: ReplayedPair[] = [];
  for (const pair of recording.pairs) {
    // The time that a build took is not recorded: only what was seen of it.
    if (!isBuilding(pair)) api.pass(BUILD_MILLISECONDS);
    seedLogs(api.collections, pair);
    const path = withLocalIds(pair.path, bindings).replace('/api/v2', '');
    const body = pair.body === '' ? undefined : parseJson(withLocalIds(JSON.stringify(pair.body), bindings));
    const answer = await api.send(pair.method, path, body, scopes);
    bindIds(pair.response, answer.body, bindings);
    results.push({
      pair,
      differences: [
        ...(answer.status === pair.status ? [] : [`status: ${pair.status} recorded, ${answer.status} here`]),
        ...differences(pair.response, answer.body, bindings).filter(
          (difference) =>
            !(recording.throughTypes === true && isTyped(pair) && difference.startsWith('extra ')),
        ),
      ],
    });
  }
  api.close();
  return results;
}
