import type { Context, MiddlewareHandler } from 'hono';
import type { JsonObject } from '../../base/json-values.ts';
import type { PostLoginOutcome } from '../../runner/contract.ts';
import type { TenantContext } from '../context.ts';
import type { ClientDocument, ConnectionDocument, UserDocument } from '../store/resources.ts';
import { noteEvent } from '../tenant-logs.ts';
import { randomIdentifier } from '../identifiers.ts';
import { splitList } from './authorize-request.ts';
import type { EventTransaction } from './event.ts';
import { ENDED_EARLY } from './replies.ts';
import type { EndedEarly } from './replies.ts';
import type { LoginServices } from './services.ts';
import { TAG_HEADER } from './traces.ts';
import type { SessionDocument } from './records.ts';

/** A run of the post-login trigger, as far as it is logged. */
export interface LoggedRun {
  readonly id: string;
  readonly client: ClientDocument;
  readonly connection: ConnectionDocument;
  readonly user: UserDocument;
  readonly protocol: EventTransaction['protocol'];
  /** As the first Action was given it. */
  readonly event: JsonObject;
  readonly tag: string | undefined;
  readonly outcome: PostLoginOutcome;
  readonly isSilent: boolean;
  readonly organizationId: string | null;
  readonly audience: string | null;
  readonly scopes: readonly string[];
  readonly userAgent: string | undefined;
  /** None on a refresh. */
  readonly session: SessionDocument | undefined;
}

/** Success and failure: of a refresh, of silent authentication, of any other login. */
function typeOf({ protocol, isSilent, outcome }: LoggedRun): string {
  const succeeded = outcome.decision.kind === 'allow';
  if (protocol === 'oauth2-refresh-token') return succeeded ? 'sertft' : 'fertft';
  if (isSilent) return succeeded ? 'ssa' : 'fsa';
  return succeeded ? 's' : 'f';
}

/**
 * Notes how a login ended. No metadata and no claim is in the log.
 *
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
 */
export function noteLogin(context: TenantContext, run: LoggedRun): void {
  const { client, connection, user, outcome, session } = run;
  const { decision } = outcome;
  const type = typeOf(run);
  const message =
    decision.kind === 'deny' ? decision.reason : decision.kind === 'error' ? decision.message : undefined;
  const oauthError = (decision.kind === 'error' ? decision.oauthError : undefined) ?? 'access_denied';
  noteEvent(context, type, {
    description: message,
    client_id: client.client_id,
    client_name: client.name,
    connection: connection.name,
    connection_id: connection.id,
    strategy: connection.strategy,
    strategy_type: connection.strategy === 'auth0' ? 'database' : 'social',
    organization_id: run.organizationId ?? undefined,
    user_id: user.user_id,
    user_name: typeof user.root['name'] === 'string' ? user.root['name'] : user.user_id,
    user_agent: run.userAgent,
    hostname: context.domain(),
    audience: run.audience ?? undefined,
    scope: run.scopes.length === 0 ? undefined : [...run.scopes],
    ...(type === 'ssa' ? { session_connection: connection.name } : {}),
    details: {
      prompts: [],
      transaction_id: run.id,
      ...(session === undefined ? {} : { session_id: session.id }),
      stats: { loginsCount: user.logins_count },
      actions: { executions: outcome.trace.map(({ action }) => action) },
      ...(message === undefined ? {} : { error: { message, oauthError } }),
    },
  });
}

/** Parameters that may name a person. */
const PERSONAL = ['login_hint', 'id_token_hint'];

/**
 * Notes in log and traces what ends before the Actions have their say, in this one place: nobody has to think of it where a login
 * is refused.
 */
export const endingsNoted =
  ({
    context,
    collections,
    traces,
  }: LoginServices): MiddlewareHandler<{ Variables: { [ENDED_EARLY]?: EndedEarly } }> =>
  async (c, next) => {
    await next();
    const ended = c.get(ENDED_EARLY);
    if (ended === undefined) return;
    const { error, description } = ended;
    const asked = ended.query ?? (c.req.path === '/authorize' ? c.req.query() : {});
    const query = Object.fromEntries(Object.entries(asked).filter(([name]) => !PERSONAL.includes(name)));
    const client = collections.clients.get(query['client_id'] ?? '');
    const prompt = splitList(query['prompt']);
    const nothing = { app_metadata: {}, user_metadata: {} };
    context.store.transaction(() => {
      noteRequest(context, c, prompt.includes('none') ? 'fsa' : 'f', client, description);
      traces.record({
        id: randomIdentifier(16),
        at: new Date(context.now()).toISOString(),
        client_id: client?.client_id ?? '',
        connection: query['connection'] ?? '',
        user_id: '',
        protocol: 'oidc-basic-profile',
        tag: c.req.header(TAG_HEADER) ?? null,
        decision: { kind: 'refused', code: error, message: description },
        event: {
          client: { name: client?.name ?? 'unknown' },
          transaction: { prompt },
          request: { query },
        },
        user: { root: {}, identities: [] },
        actions: [],
        metadata_before: nothing,
        metadata_after: nothing,
        id_token_claims: {},
        access_token_claims: {},
      });
    });
  };

/** Where no Action has run: what a request of an application came to. */
export const noteRequest = (
  context: TenantContext,
  c: Context,
  type: string,
  client: ClientDocument | undefined,
  message?: string,
): void => {
  noteEvent(context, type, {
    description: message,
    client_id: client?.client_id,
    client_name: client?.name,
    user_agent: c.req.header('user-agent'),
    hostname: context.domain(),
    ...(message === undefined ? {} : { details: { error: { message } } }),
  });
};
