import { route } from '../base/route.ts';
import { Problem, Problems, isSome, problemsIn } from '../base/problem.ts';
import { isRecord, without, recordOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { BARE_ARRAY, notAsDocumented, numberedPages } from '../tenant-access/list-pages.ts';
import type { Answer, Exchange, Method } from './exchange.ts';

/** A request of the proof, and what came back. */
export interface Asked {
  /** What this project relies on. */
  readonly promise: string;
  /** Without ids: `PATCH /api/v2/clients/ID`. */
  readonly request: string;
  /** What was sent; of lists that hold things of others too, only ours. */
  readonly sent: unknown;
  readonly answer: Answer;
}

/** What the proof needs to know of a tenant. */
export interface ProofTenant {
  readonly domain: string;
  readonly exchange: Exchange;
  /** Milliseconds between two looks at an Action that is not built yet. Default 500. */
  readonly lookMilliseconds?: number;
}

/** Names that the proof gives to what it makes. Nothing else on a tenant is touched. */
export const PREFIX = 'didit-prove-';

/** @param mark New for each run, so that two runs do not meet. */
export const namesFor = (mark: string) => {
  const name = `${PREFIX}${mark}`;
  return { name, audience: `https://${name}.example.com/`, secret: `made-up-for-${name}` } as const;
};
export type ProofNames = ReturnType<typeof namesFor>;

/** Looks at something that takes its time. */
const MAX_LOOKS = 60;

const CODE = 'exports.onExecutePostLogin = async () => {};\n';
const OTHER_CODE = 'exports.onExecutePostLogin = async () => { return; };\n';
const TRIGGER = { id: 'post-login', version: 'v3' };

/** Asks a tenant, notes the answer, and gives its body. */
type Ask = (promise: string, method: Method, path: string, body?: unknown) => Promise<JsonRecord>;

/** A run of the proof: what was asked, and how to take away what it made. */
interface ProofRun extends ProofTenant {
  readonly names: ProofNames;
  readonly ask: Ask;
  /** The same without a note. */
  readonly read: (path: string) => Promise<JsonRecord>;
  /** Things to remove, the last first. */
  readonly made: string[];
}

export interface Proof {
  readonly asked: readonly Asked[];
  /** Requests with which something of the run could not be removed; empty when nothing is left. */
  readonly remaining: readonly string[];
}

/**
 * Sends the requests on which this project's promises rest, in order, and removes what they made, whatever happens.
 *
 * @throws what `tenant.exchange` throws where the tenant does not answer at all, and `TENANT_ANSWER` where its login flow cannot
 *   be read; what was made is removed before, and `NOT_ALL_DONE` says what could not be.
 */
export async function proveTenant(tenant: ProofTenant, names: ProofNames): Promise<Proof> {
  const asked: Asked[] = [];
  const made: string[] = [];
  const run: ProofRun = {
    ...tenant,
    names,
    made,
    read: async (path) => recordOf((await tenant.exchange('GET', path)).body),
    ask: async (promise, method, path, body) => {
      const answer = await tenant.exchange(method, path, body);
      asked.push({
        promise,
        request: `${method} ${withoutIds(path, names)}`,
        sent: ownPart(body, names),
        answer: { status: answer.status, body: ownPart(answer.body, names) },
      });
      return recordOf(answer.body);
    },
  };
  try {
    await proveApplications(run);
    await proveConnections(run);
    await proveActions(run);
    await proveAuthentication(run);
  } catch (error) {
    const remaining = await removeMade(run);
    const told = problemsIn(error);
    if (remaining.length === 0 || !isSome(told)) throw error;
    throw new Problems([...told, notRemoved(tenant, remaining)]);
  }
  return { asked, remaining: await removeMade(run) };
}

/** @returns As `Proof.remaining`. */
async function removeMade({ exchange, made, names }: ProofRun): Promise<readonly string[]> {
  const remaining: string[] = [];
  for (const path of made.toReversed()) {
    const status = await exchange('DELETE', path).then(
      (answer) => answer.status,
      // The next one may get through.
      () => undefined,
    );
    if (status === undefined || (status >= 300 && status !== 404))
      remaining.push(`DELETE ${withoutIds(path, names)}: ${status ?? 'no answer'}`);
  }
  return remaining;
}

/** `NOT_ALL_DONE`: what is to be removed by hand. */
export const notRemoved = ({ domain }: Pick<ProofTenant, 'domain'>, remaining: readonly string[]): Problem =>
  new Problem({
    code: 'NOT_ALL_DONE',
    message: `Not everything could be removed: ${remaining.join('; ')}. Its name begins with ${PREFIX}.`,
    place: { tenant: domain },
  });

async function proveApplications({ ask, made, names: { name, audience } }: ProofRun): Promise<void> {
  const application = { name, app_type: 'non_interactive', grant_types: ['client_credentials'] };
  const create = async (): Promise<string> => {
    const body = { ...application, client_metadata: { one: '1', two: '2' } };
    const id = textOf(
      (await ask('Two applications may have the same name', 'POST', '/api/v2/clients', body))['client_id'],
    );
    made.push(route`/api/v2/clients/${id}`);
    return id;
  };
  const id = await create();
  await create();
  const metadata = 'Metadata of an application is merged key by key, and null removes a key';
  await ask(metadata, 'PATCH', route`/api/v2/clients/${id}`, { client_metadata: { two: null, three: '3' } });
  await ask(metadata, 'GET', route`/api/v2/clients/${id}?fields=client_metadata`);
  await ask('What a tenant does not know it refuses', 'PATCH', route`/api/v2/clients/${id}`, {
    no_such_field: 1,
  });

  const api = { name, identifier: audience, scopes: [{ value: 'read:one', description: 'One' }] };
  const { id: apiId } = await ask(
    'An API is known by its identifier',
    'POST',
    '/api/v2/resource-servers',
    api,
  );
  made.push(route`/api/v2/resource-servers/${textOf(apiId)}`);
  await ask('An API is known by its identifier', 'POST', '/api/v2/resource-servers', api);
  await ask(
    'Scopes of an API are replaced whole',
    'PATCH',
    route`/api/v2/resource-servers/${textOf(apiId)}`,
    {
      scopes: [{ value: 'read:two', description: 'Two' }],
    },
  );

  const grant = { client_id: id, audience, scope: ['read:two'] };
  const known = 'A grant is known by its application and its API';
  const { id: grantId } = await ask(known, 'POST', '/api/v2/client-grants', grant);
  made.push(route`/api/v2/client-grants/${textOf(grantId)}`);
  await ask(known, 'POST', '/api/v2/client-grants', grant);
  await ask(
    'Scopes of a grant are replaced whole',
    'PATCH',
    route`/api/v2/client-grants/${textOf(grantId)}`,
    {
      scope: [],
    },
  );
}

async function proveConnections({ ask, made, names: { name, secret } }: ProofRun): Promise<void> {
  const options = {
    client_id: `${name}-id`,
    client_secret: secret,
    authorizationURL: 'https://didit.example.com/authorize',
    tokenURL: 'https://didit.example.com/token',
    scope: 'openid',
    scripts: { fetchUserProfile: 'function (accessToken, context, callback) { callback(null, {}); }' },
  };
  const connection = {
    name,
    strategy: 'oauth2',
    display_name: `${name}-shown`,
    options,
    metadata: { one: '1', two: '2' },
  };
  const known = 'A connection is known by its name';
  const { id } = await ask(known, 'POST', '/api/v2/connections', connection);
  const path = route`/api/v2/connections/${textOf(id)}`;
  made.push(path);
  await ask(known, 'POST', '/api/v2/connections', connection);
  await ask('A tenant tells the client secret of a connection, or hides it', 'GET', path);
  const others = without(options, ['scope']);
  await ask('Options of a connection are replaced whole', 'PATCH', path, { options: others });
  await ask('A display name that is not sent is forgotten', 'PATCH', path, { is_domain_connection: false });
  await ask('What a change of metadata leaves of other keys', 'PATCH', path, { metadata: { three: '3' } });
  await ask('A connection is answered whole after all of it', 'GET', path);
  await ask('What is not there is not found', 'GET', '/api/v2/connections/con_aaaaaaaaaaaaaaaa');
}

async function proveActions(run: ProofRun): Promise<void> {
  const { ask, made, names } = run;
  const { name, secret } = names;
  const action = {
    name,
    code: CODE,
    runtime: 'node22',
    supported_triggers: [TRIGGER],
    secrets: [{ name: 'ONE', value: secret }],
  };
  const { id } = await ask(
    'A new Action is pending, and its secrets are not told',
    'POST',
    '/api/v2/actions/actions',
    action,
  );
  const path = route`/api/v2/actions/actions/${textOf(id)}`;
  made.push(`${path}?force=true`);
  await ask('An Action is known by its name', 'POST', '/api/v2/actions/actions', action);
  await untilBuilt(run, path);
  await ask('A built Action that was never deployed has no deployed version', 'GET', path);
  await ask('Deploying makes a version', 'POST', `${path}/deploy`);
  const first = await untilDeployed(run, path, CODE);
  await ask('A change of the draft leaves what logins run as it is', 'PATCH', path, { code: OTHER_CODE });
  await untilBuilt(run, path);
  await ask('A change of the draft leaves what logins run as it is', 'GET', path);
  await ask('A second version counts up', 'POST', `${path}/deploy`);
  await untilDeployed(run, path, OTHER_CODE);
  await ask('An earlier version can run again', 'POST', `${path}${route`/versions/${first}/deploy`}`);
  await untilDeployed(run, path, CODE);
  await ask('An earlier version brings its code and its secrets back', 'GET', path);
  await proveBindings(run, path);
}

/** Our Action, which does nothing, comes last in the login flow for a moment; all others stay where they are. */
async function proveBindings(run: ProofRun, action: string): Promise<void> {
  const { exchange, ask, names } = run;
  const { name } = names;
  const path = `/api/v2${BINDINGS}`;
  const others = await boundActions(run);
  const replaced = 'Bindings are replaced whole, and refer to an Action by name';
  try {
    await ask(replaced, 'PATCH', path, {
      bindings: [...others, { ref: { type: 'action_name', value: name }, display_name: name }],
    });
    await ask('An Action that is bound is not removed', 'DELETE', action);
  } finally {
    await exchange('PATCH', path, { bindings: others });
  }
  await ask(replaced, 'GET', `${path}?per_page=50`);
}

const BINDINGS = '/actions/triggers/post-login/bindings';

/**
 * What is bound, as it is sent. All bindings are sent together: of an answer that is none, an empty list would be left, and no
 * Action of anybody would run any more.
 *
 * @throws {Problem} `TENANT_ANSWER`.
 */
async function boundActions({ domain, exchange }: ProofRun): Promise<readonly JsonRecord[]> {
  const get = async (path: string): Promise<JsonRecord> => {
    const { status, body } = await exchange('GET', `/api/v2${path}`);
    if (status !== 200) throw notAsDocumented(domain, BINDINGS, `status ${status}`);
    return isRecord(body) ? body : { [BARE_ARRAY]: body };
  };
  const found = await numberedPages({ domain, get }, BINDINGS, 'bindings');
  return found.map((binding) => {
    const value = textOf(recordOf(binding['action'])['id']);
    if (value === '') throw notAsDocumented(domain, BINDINGS, 'a binding names no Action');
    return { ref: { type: 'action_id', value }, display_name: textOf(binding['display_name']) };
  });
}

async function proveAuthentication({ ask, domain, names: { name, secret } }: ProofRun): Promise<void> {
  await ask('A user that is not there is not found', 'GET', route`/api/v2/users/${`oauth2|${name}|nobody`}`);
  const client = { client_id: `${name}-nobody`, client_secret: secret };
  await ask('A client that is not known gets no token', 'POST', '/oauth/token', {
    ...client,
    grant_type: 'client_credentials',
    audience: `https://${domain}/api/v2/`,
  });
}

async function untilBuilt({ read, lookMilliseconds }: ProofRun, path: string): Promise<void> {
  await look(lookMilliseconds, async () => textOf((await read(path))['status']) === 'built');
}

/** @returns The id of the version that logins run. */
async function untilDeployed(
  { read, lookMilliseconds }: ProofRun,
  path: string,
  code: string,
): Promise<string> {
  let id = '';
  await look(lookMilliseconds, async () => {
    const version = recordOf((await read(path))['deployed_version']);
    id = textOf(version['id']);
    return version['code'] === code;
  });
  return id;
}

/** Goes on in any case: what then differs is what the proof is about. */
async function look(milliseconds = 500, isReady: () => Promise<boolean>): Promise<void> {
  for (let looked = 1; looked <= MAX_LOOKS && !(await isReady()); looked += 1) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

/** Of a list, the things of this run: what else is on a tenant is nobody's business. */
function ownPart(body: unknown, { name }: ProofNames): unknown {
  const own = (items: readonly unknown[]): readonly unknown[] =>
    items.filter((item) => JSON.stringify(item).includes(name));
  const bindings = recordOf(body)['bindings'];
  return Array.isArray(bindings) ? { bindings: own(bindings) } : body;
}

/** Ids differ between tenants, and say nothing. */
const withoutIds = (path: string, { name }: ProofNames): string =>
  decodeURIComponent(path)
    .replaceAll(name, `${PREFIX}…`)
    .replaceAll(
      /(?<=\/(?:clients|connections|resource-servers|client-grants|actions\/actions|versions)\/)[^/?]+/g,
      'ID',
    );
