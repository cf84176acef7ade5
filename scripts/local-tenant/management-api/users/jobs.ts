import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { TenantContext } from '../../context.ts';
import { randomIdentifier } from '../../identifiers.ts';
import { collectionsOf } from '../../store/collections.ts';
import type { ConnectionDocument, UserDocument } from '../../store/resources.ts';
import { asObject, isJsonObject, stringIn, textOf, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError, orNotFound } from '../request/errors.ts';
import { checkNamed } from '../kinds/owners.ts';
import { describedBodyReader } from '../request/validation.ts';
import { existingUser, newUser, updatedUser } from './user-bodies.ts';
import type { NewUserBody } from './user-bodies.ts';
import { userView } from './user-view.ts';

/** How long the service keeps a job, and the link to what it made. */
const JOB_MILLISECONDS = 86_400_000;
const LINK_MILLISECONDS = 60_000;

const DEFAULT_FIELDS = [
  ...['user_id', 'email', 'email_verified', 'name', 'given_name', 'family_name', 'nickname', 'picture'],
  ...['created_at', 'updated_at'],
];

/** `app_metadata.didit`, `identities[0].connection`: what of a user a field of an export names. */
function valueAt(view: Json | undefined, path: string): Json | undefined {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<Json | undefined>(
    (value, step) =>
      Array.isArray(value) ? value[Number(step)] : isJsonObject(value) ? value[step] : undefined,
    view,
  );
}

const csvCell = (value: Json | undefined): string => {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.replaceAll('"', '""')}"`;
};

/** The lines of an export: JSON objects one below the other, or a table. */
function exportLines(users: readonly UserDocument[], job: JsonObject): string {
  const fields = (Array.isArray(job['fields']) ? job['fields'] : DEFAULT_FIELDS.map((name) => ({ name })))
    .map(asObject)
    .map((field) => ({ path: textOf(field['name']), name: textOf(field['export_as'] ?? field['name']) }));
  const rows = users.map((user) => {
    const view = userView(user);
    return fields.map(({ path, name }) => ({ name, value: valueAt(view, path) }));
  });
  const lines =
    job['format'] === 'csv'
      ? [
          fields.map(({ name }) => csvCell(name)),
          ...rows.map((row) => row.map(({ value }) => csvCell(value))),
        ].map((cells) => cells.join(','))
      : rows.map((row) =>
          JSON.stringify(
            Object.fromEntries(
              row.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
            ),
          ),
        );
  return lines.map((line) => `${line}\n`).join('');
}

/** Users of a file are made, or with `upsert` changed. */
function importUsers(
  api: Api,
  connection: ConnectionDocument,
  users: readonly JsonObject[],
  upsert: boolean,
): { readonly summary: JsonObject; readonly errors: Json[] } {
  const summary = { failed: 0, updated: 0, inserted: 0, total: users.length };
  const errors: Json[] = [];
  const now = timestamp(api);
  api.tenant.store.transaction(() => {
    for (const user of users) {
      const earlier = existingUser(api, connection, user['email']);
      if (earlier !== undefined && !upsert) {
        summary.failed += 1;
        const message = 'The user already exist and upsert parameter is false';
        errors.push({ user, errors: [{ code: 'DUPLICATED_USER', message }] });
        continue;
      }
      const body: NewUserBody = without(user, ['password_hash', 'custom_password_hash']);
      const next =
        earlier === undefined ? newUser(body, connection.name, now) : updatedUser(earlier, body, now);
      api.collections.users.put(next.user_id, next);
      summary[earlier === undefined ? 'inserted' : 'updated'] += 1;
    }
  });
  return { summary, errors };
}

function parseUsers(text: string): readonly JsonObject[] {
  try {
    const users: unknown = JSON.parse(text);
    if (Array.isArray(users)) return users.filter(isJsonObject);
  } catch {
    // Told below.
  }
  throw new ApiError(400, 'The users file is not a JSON array', 'invalid_body');
}

/**
 * Exports and imports of users. A job is done when it is read.
 * @see https://auth0.com/docs/api/management/v2/jobs
 */
export function jobRoutes(api: Api): Hono<ApiEnv> {
  const jobs = api.collections.things('/jobs');
  const begin = (type: string, fields: JsonObject, result: JsonObject): JsonObject => {
    const own = { created_at: timestamp(api), id: `job_${randomIdentifier(16)}` };
    const job = { type, status: 'pending', ...fields, ...own };
    jobs.put(job.id, { ...job, result });
    return job;
  };
  const existing = (c: Context): JsonObject => {
    const job = jobs.get(c.req.param('id') ?? '');
    const isFresh =
      job !== undefined && Date.parse(textOf(job['created_at'])) + JOB_MILLISECONDS > api.tenant.now();
    return orNotFound(isFresh ? job : undefined, 'The job does not exist.', 'inexistent_job');
  };
  const connectionOf = (id: string): ConnectionDocument =>
    orNotFound(api.collections.connections.get(id), 'The connection does not exist', 'inexistent_connection');

  const routes = new Hono<ApiEnv>();
  const readExport = describedBodyReader('/jobs/users-exports', 'post');
  routes.post('/users-exports', needs('read:users'), async (c) => {
    const body = await readExport(c);
    const id = stringIn(body, 'connection_id');
    const name = id === undefined ? {} : { connection: connectionOf(id).name };
    return c.json(begin('users_export', { format: 'json', ...body, ...name }, { status: 'completed' }));
  });
  routes.post('/users-imports', needs('create:users'), async (c) => {
    const { connection_id: id, upsert, users } = await c.req.parseBody();
    const connection = connectionOf(textOf(id));
    const text = users instanceof File ? await users.text() : textOf(users);
    const { summary, errors } = importUsers(api, connection, parseUsers(text), upsert === 'true');
    const fields = { connection_id: connection.id, connection: connection.name };
    return c.json(begin('users_import', fields, { status: 'completed', summary, errors }), 202);
  });
  const readVerification = describedBodyReader('/jobs/verification-email', 'post');
  routes.post('/verification-email', needs('update:users'), async (c) => {
    checkNamed(api, await readVerification(c));
    // Nobody sends e-mail here.
    return c.json(begin('verification_email', {}, { status: 'failed' }), 201);
  });
  routes.get('/:id', needs('create:users', 'read:users'), (c) => {
    const { result, ...job } = existing(c);
    const done = { ...job, ...without(asObject(result), ['errors']) };
    if (job['type'] !== 'users_export') return c.json(done);
    const ticket = randomIdentifier(43);
    const expires = api.tenant.now() + LINK_MILLISECONDS;
    jobs.put(textOf(job['id']), { ...job, result: asObject(result), ticket, expires });
    const file = `${textOf(job['id'])}.${textOf(job['format'])}.gz`;
    const location = `${api.tenant.url()}/user-exports/${file}?ticket=${ticket}`;
    return c.json({ ...without(done, ['ticket', 'expires']), percentage_done: 100, location });
  });
  routes.get('/:id/errors', needs('create:users', 'read:users'), (c) =>
    c.json(asObject(existing(c)['result'])['errors'] ?? []),
  );
  return routes;
}

/** Where the link of an export leads: whoever has it may fetch the file, for a minute. */
export function exportDownloads(tenant: TenantContext): Hono {
  const { connections, things, users } = collectionsOf(tenant.store);
  const routes = new Hono();
  routes.get('/:file', (c) => {
    const job = things('/jobs').get(/^(job_\w+)\./.exec(c.req.param('file'))?.[1] ?? '');
    const ticket = c.req.query('ticket') ?? '';
    if (
      job === undefined ||
      ticket === '' ||
      job['ticket'] !== ticket ||
      Number(job['expires']) < tenant.now()
    )
      return c.text('Request has expired', 403);
    const name = connections.get(stringIn(job, 'connection_id') ?? '')?.name;
    const limit = typeof job['limit'] === 'number' ? job['limit'] : undefined;
    const exported = users
      .all()
      .filter(({ identities }) => name === undefined || identities[0]?.connection === name)
      .slice(0, limit);
    return c.body(new Uint8Array(gzipSync(exportLines(exported, job))), 200, {
      'content-type': 'application/gzip',
    });
  });
  return routes;
}
