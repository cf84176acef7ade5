import { LEVELS } from '../../../actions/didit/settings/resolve.ts';
import type { Level } from '../../../actions/didit/settings/resolve.ts';
import { metadataAt } from '../../tenant-model/login-place.ts';
import { resourceIn } from '../../tenant-model/tenant-model.ts';
import { asObject, stringIn } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import { LOGIN_OUTCOMES } from '../../local-tenant/index.ts';
import type { LoginTrace } from '../../local-tenant/index.ts';
import { connectionNames, loginSide } from '../../plan/impact/login-side.ts';
import { createSideSimulator } from '../../plan/impact/side-simulator.ts';
import { aged, agedObject } from '../../simulation/aged-user.ts';
import type { LoginFlow, SimulatedUser } from '../../simulation/simulated-login.ts';
import type { SimulatedOutcome } from '../../simulation/outcome.ts';
import { differences } from '../logins/differences.ts';
import type { Difference } from '../logins/differences.ts';
import type { WorkingTree } from './working-tree.ts';

export interface AgainView {
  readonly login: string;
  readonly before: Ending;
  readonly after: Ending;
  /** Outcome, claims and metadata that are others now. Times of day are all the same. */
  readonly differences: readonly Difference[];
  /** What the run could not know, or is not like the login. */
  readonly notes: readonly string[];
}

interface Ending {
  readonly outcome: string;
  readonly reason: string | null;
}

/**
 * Runs the Actions of the working tree, with its settings, for a login that took place: with the event that it had, and the user
 * as the Management API knew it. All times are moved to now, so that what was fresh then is fresh now.
 */
export async function again(trace: LoginTrace, tree: WorkingTree, now: number): Promise<AgainView> {
  const before = { outcome: LOGIN_OUTCOMES[trace.decision.kind], reason: reasonOf(trace) };
  if (trace.decision.kind === 'refused')
    return {
      ...{ login: trace.id, before, after: before, differences: [] },
      notes: ['This login ended before its Actions: there is nothing to run again.'],
    };
  const earlier = Date.parse(trace.at) - now;
  const event = agedObject(trace.event, earlier);
  const name = stringIn(asObject(event['client']), 'name') ?? '';
  const connection = trace.connection;
  const side = loginSide(tree.model, connection, [{ application: name }]);
  // What the working tree does not have keeps the settings of the login.
  const [application = { name, metadata: metadataIn(trace.event, 'client'), enabled: true }] =
    side.applications;
  const connectionMetadata = connectionNames(tree.model).includes(connection)
    ? side.connectionMetadata
    : metadataIn(trace.event, 'connection');
  const organization = stringIn(asObject(event['organization']), 'name');
  const organizationMetadata =
    organization !== undefined && resourceIn(tree.model, 'organization', organization) !== undefined
      ? metadataAt(tree.model, 'organization', organization)
      : metadataIn(trace.event, 'organization');
  const user = aged(userOf(trace), earlier);
  const simulator = createSideSimulator(side);
  try {
    const outcome = await simulator.login(
      application,
      {
        user,
        flow: flowOf(trace),
        authenticatedAt: authenticatedAt(event) ?? now,
        event: overlay(event, {
          connection: connectionMetadata,
          client: application.metadata,
          organization: organizationMetadata,
        }),
      },
      false,
    );
    return {
      login: trace.id,
      before,
      after: { outcome: outcome.result, reason: outcome.denial?.reason ?? null },
      differences: differences(endOf(trace), endOfSimulated(outcome)),
      notes: [
        ...(side.applications.length === 0
          ? [`tenant.yaml does not have the application ${name}: the settings that it had at the login hold.`]
          : []),
        ...notesOn(
          trace,
          side.actions.map((action) => action.name),
        ),
      ],
    };
  } finally {
    await simulator.close();
  }
}

const metadataIn = (event: JsonObject, part: Level): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(asObject(event[part])['metadata'])).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

const reasonOf = ({ decision }: LoginTrace): string | null =>
  'message' in decision ? decision.message : decision.kind === 'deny' ? decision.reason : null;

function userOf({ event, user: { root, identities }, metadata_before: metadata }: LoginTrace): SimulatedUser {
  const id = stringIn(asObject(event['user']), 'user_id');
  return { ...(id === undefined ? {} : { user_id: id }), root, identities, ...metadata };
}

const FLOWS: Readonly<Record<string, LoginFlow>> = { 'oauth2-refresh-token': 'refresh' };
const flowOf = ({ protocol }: LoginTrace): LoginFlow => FLOWS[protocol] ?? 'interactive';

function authenticatedAt(event: JsonObject): number | undefined {
  const time = Date.parse(stringIn(asObject(event['session']), 'authenticated_at') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The event as it was, but for the settings, and the metadata of the transaction, which each run begins without. */
function overlay(
  event: JsonObject,
  settings: Readonly<Record<Level, Readonly<Record<string, string>>>>,
): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(event).flatMap(([part, value]): [string, JsonObject][] => {
      const fields = asObject(value);
      if (Object.keys(fields).length === 0) return [];
      const level = LEVELS.find((known) => known === part);
      if (level !== undefined) return [[part, { ...fields, metadata: { ...settings[level] } }]];
      // The Actions reach the Management API under the name of the simulation.
      if (part === 'tenant') return [];
      return [[part, fields]];
    }),
  );
}

const endOf = (trace: LoginTrace): JsonObject => {
  const isAllowed = trace.decision.kind === 'allow';
  return withoutTimes({
    outcome: LOGIN_OUTCOMES[trace.decision.kind],
    reason: reasonOf(trace),
    id_token: isAllowed ? trace.id_token_claims : {},
    access_token: isAllowed ? trace.access_token_claims : {},
    ...trace.metadata_after,
  });
};

const endOfSimulated = ({ result, denial, idToken, accessToken, user }: SimulatedOutcome): JsonObject =>
  withoutTimes({
    outcome: result,
    reason: denial?.reason ?? null,
    id_token: idToken,
    access_token: accessToken,
    ...user,
  });

/** Two runs are never at the same time of the clock. */
const withoutTimes = (end: JsonObject): JsonObject =>
  asObject(JSON.parse(JSON.stringify(end).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"(time)"')) as Json);

function notesOn(trace: LoginTrace, ours: readonly string[]): readonly string[] {
  const others = [...new Set(trace.actions.map(({ action }) => action))].filter(
    (action) => !ours.includes(action),
  );
  return [
    ...others.map((action) => `The Action ${action} is not in the working tree, and was not run.`),
    ...(trace.actions.some(({ handler }) => handler === 'onContinuePostLogin')
      ? ['The person was sent away in the middle of this login. The run ends where that happens.']
      : []),
  ];
}
