import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalTenant, trustAuthority } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant, LocalTenantOptions } from '../../scripts/local-tenant/index.ts';
import { differencesOf, shapeOf } from '../../scripts/prove/answer-shape.ts';
import { exchangeWith } from '../../scripts/prove/exchange.ts';
import type { Answer, Exchange } from '../../scripts/prove/exchange.ts';
import { namesFor, PREFIX, proveTenant } from '../../scripts/prove/promises.ts';
import { compareProofs, proofReport } from '../../scripts/prove/report.ts';
import type { ProofSide } from '../../scripts/prove/report.ts';
import { recordOf, without } from '../../scripts/base/json-values.ts';
import { directApi } from '../faults/fault-run.ts';
import { addForeignThings, FOREIGN_ACTIONS } from '../faults/scenarios.ts';
import { freePort } from '../free-port.ts';
import { containing } from '../matchers.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { secretsIn } from '../secrets/secret-search.ts';

/** The local tenant, and a second one that plays the real one, with things of other teams. */
let [local, other, hiding]: LocalTenant[] = [];
let localSide: ProofSide;
let run = 0;

const start = async (options: LocalTenantOptions = {}): Promise<LocalTenant> => {
  const tenant = await startLocalTenant({ port: 0, buildMilliseconds: 0, ...options });
  trustAuthority(tenant.authority);
  return tenant;
};

/** @param change What comes back instead of an answer, or does not come back at all. */
async function sideOf(
  tenant: LocalTenant | undefined,
  change: (request: string, answer: Answer) => Answer = (_, answer) => answer,
): Promise<ProofSide> {
  if (tenant === undefined) throw new Error('the tenant did not start');
  const exchange = exchangeWith(await directApi(tenant));
  const changed: Exchange = async (method, path, body) =>
    change(`${method} ${path}`, await exchange(method, path, body));
  const names = namesFor(`run${(run += 1)}of${tenant.domain.replace(/\D/g, '')}`);
  const { domain } = tenant;
  return {
    names,
    domain,
    proof: await proveTenant({ domain, exchange: changed, lookMilliseconds: 5 }, names),
  };
}

const isLoginFlow = (request: string): boolean => /^GET .*\/bindings/.test(request);

/** Everything of the kinds that the proof makes things of. */
async function everythingOn(tenant: LocalTenant | undefined): Promise<string> {
  if (tenant === undefined) throw new Error('the tenant did not start');
  const api = await directApi(tenant);
  const lists = await Promise.all([
    api.list('/clients', 'clients'),
    api.list('/connections', 'connections'),
    api.list('/resource-servers', 'resource_servers'),
    api.list('/client-grants', 'client_grants'),
    api.list('/actions/actions', 'actions'),
    api.list('/actions/triggers/post-login/bindings', 'bindings'),
  ]);
  return JSON.stringify(lists).replaceAll(/"updated_at":"[^"]*"/g, '');
}

beforeAll(async () => {
  [local, other, hiding] = await Promise.all([start(), start(), start({ hidesConnectionSecrets: true })]);
  await addForeignThings(await directApi(other));
  localSide = await sideOf(local);
});
afterAll(async () => {
  await Promise.all([local?.close(), other?.close(), hiding?.close()]);
});

const differences = async (change?: (request: string, answer: Answer) => Answer) =>
  compareProofs(await sideOf(other, change), localSide).map(({ request, field, tenant, local: here }) => [
    request,
    field,
    tenant,
    here,
  ]);

describe('the proof', () => {
  test('finds nothing on a tenant that answers as the local one does, whatever else is on it', async () => {
    expect(await differences()).toEqual([]);
  });

  test('leaves nothing behind, and other teams’ Actions where they were', async () => {
    const before = await everythingOn(other);
    const { proof } = await sideOf(other);
    expect(proof.remaining).toEqual([]);
    expect(await everythingOn(other)).toBe(before);
    expect(before).toContain(FOREIGN_ACTIONS[1]);
  });

  test('takes away what it made when the tenant stops answering in the middle', async () => {
    const before = await everythingOn(other);
    const breaking = (request: string, answer: Answer): Answer => {
      if (request.includes('/versions/')) throw new Error('connection lost');
      return answer;
    };
    await expect(sideOf(other, breaking)).rejects.toThrow('connection lost');
    expect(await everythingOn(other)).toBe(before);
  });

  test.each<readonly [string, Partial<Answer>]>([
    ['is refused', { status: 403, body: { statusCode: 403, error: 'Forbidden' } }],
    ['is not there', { status: 404, body: undefined }],
    ['fails', { status: 500, body: undefined }],
    ['is no JSON', { body: undefined }],
    ['is no list', { body: { bindings: {} } }],
    ['names no Actions', { body: { bindings: [{ id: 'one', display_name: 'Risk' }] } }],
  ])('leaves the login flow alone where reading it %s', async (_, answered) => {
    const before = await everythingOn(other);
    const unreadable = (request: string, answer: Answer): Answer =>
      isLoginFlow(request) ? { ...answer, ...answered } : answer;
    expect(await problemsOfAsync(() => sideOf(other, unreadable))).toMatchObject([{ code: 'TENANT_ANSWER' }]);
    expect(await everythingOn(other)).toBe(before);
    expect(before).toContain(FOREIGN_ACTIONS[1]);
  });

  test('goes on to take away the rest where one removal gets no answer, and names what is left', async () => {
    const before = await everythingOn(other);
    const deaf = (request: string, answer: Answer): Answer => {
      if (/^DELETE .*\/connections\//.test(request)) throw new Error('connection lost');
      return answer;
    };
    const { proof } = await sideOf(other, deaf);
    expect(proof.remaining).toEqual(['DELETE /api/v2/connections/ID: no answer']);
    expect(await everythingOn(other)).toBe(before);
  });

  test('says both what stopped it and what it could not take away', async () => {
    const stops = (request: string, answer: Answer): Answer => {
      if (isLoginFlow(request)) return { ...answer, status: 500 };
      return request.startsWith('DELETE') && request.includes('/client-grants/')
        ? { ...answer, status: 500 }
        : answer;
    };
    expect(await problemsOfAsync(() => sideOf(other, stops))).toMatchObject([
      { code: 'TENANT_ANSWER' },
      { code: 'NOT_ALL_DONE', message: containing('DELETE /api/v2/client-grants/ID: 500') },
    ]);
  });

  test('of a tenant that nobody answers for is a problem, not a defect', async () => {
    const exchange = exchangeWith({ domain: `localhost:${await freePort()}`, accessToken: 'token' });
    expect(await problemsOfAsync(() => exchange('GET', '/api/v2/clients'))).toMatchObject([
      { code: 'TENANT_UNREACHABLE' },
    ]);
  });

  test('asks some thirty things, refusals among them', () => {
    const { asked } = localSide.proof;
    expect(asked.length).toBeGreaterThan(30);
    for (const refused of [400, 404, 409])
      expect(asked.map(({ answer }) => answer.status)).toContain(refused);
  });
});

describe('a tenant that answers differently', () => {
  test('in a status is found in exactly that', async () => {
    const found = await differences((request, answer) =>
      request.startsWith('POST /api/v2/client-grants') && answer.status === 409
        ? { ...answer, status: 400 }
        : answer,
    );
    expect(found).toEqual([['POST /api/v2/client-grants', 'status', '400', '409']]);
  });

  test('in the words of an error is found in exactly that', async () => {
    const found = await differences((request, answer) =>
      request.endsWith('/con_aaaaaaaaaaaaaaaa')
        ? { ...answer, body: { ...recordOf(answer.body), message: 'No such thing' } }
        : answer,
    );
    expect(found).toEqual([
      ['GET /api/v2/connections/ID', 'body.message', '"No such thing"', '"The connection does not exist"'],
    ]);
  });

  test('in a field that it lacks, or has beside the others, is found in exactly that', async () => {
    const found = await differences((request, answer) => {
      if (!/^PATCH \/api\/v2\/clients\/\w+$/.test(request) || answer.status !== 200) return answer;
      const body = without(recordOf(answer.body), ['client_metadata']);
      return { ...answer, body: { ...body, brand_new: 'personal@example.com' } };
    });
    expect(found).toEqual([
      ['PATCH /api/v2/clients/ID', 'body.brand_new', '(text)', 'not there'],
      ['PATCH /api/v2/clients/ID', 'body.client_metadata', 'not there', expect.stringContaining('one')],
    ]);
  });

  test('in what it keeps of replaced options is found in exactly that', async () => {
    const found = await differences((request, answer) => {
      const options = recordOf(recordOf(answer.body)['options']);
      return /^PATCH \/api\/v2\/connections\/\w+$/.test(request) && Object.keys(options).length > 0
        ? { ...answer, body: { ...recordOf(answer.body), options: { ...options, scope: 'openid' } } }
        : answer;
    });
    expect(new Set(found.map(([, field]) => field))).toEqual(new Set(['body.options.scope']));
  });

  test('in that it hides the client secret of a connection is found in exactly that', async () => {
    const found = compareProofs(await sideOf(hiding), localSide);
    expect(new Set(found.map(({ field }) => field))).toEqual(new Set(['body.options.client_secret']));
    expect(new Set(found.map(({ tenant }) => tenant))).toEqual(new Set(['not there']));
  });
});

describe('the report', () => {
  test('holds no secret, no id and no name of the tenant, whatever differs', async () => {
    const told: string[] = [];
    const side = await sideOf(other, (request, answer) => {
      const { client_id: id, client_secret: secret } = recordOf(answer.body);
      told.push(...[id, secret].filter((value) => typeof value === 'string'));
      // Everything is in another place, and so everything differs; but without the login flow, nothing would be proved of it.
      if (isLoginFlow(request)) return answer;
      return { ...answer, body: { instead: answer.body, of: [answer.body, request] } };
    });
    const text = proofReport(side, compareProofs(side, localSide));
    const secrets = new Map([...told, side.names.secret, side.domain].map((value) => [value, value]));
    expect(secretsIn(text, secrets)).toEqual([]);
    for (const name of FOREIGN_ACTIONS) expect(text).not.toContain(name);
    expect(text).toContain(PREFIX);
  });

  test('names each promise once: with what differs, or as kept', async () => {
    const side = await sideOf(other);
    const text = proofReport(side, []);
    for (const promise of new Set(side.proof.asked.map((asked) => asked.promise))) {
      expect(text.split(promise)).toHaveLength(2);
    }
  });
});

describe('the shape of an answer', () => {
  const json = fc.jsonValue({ maxDepth: 4 });

  test('of a text that nobody sent never holds it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{3}-[a-z0-9@.+/|=-]{12,60}$/),
        fc.constantFrom('id', 'name', 'user', 'secret'),
        (text, field) => {
          expect(JSON.stringify(shapeOf({ [field]: text, list: [{ deep: text }] }, new Map()))).not.toContain(
            text,
          );
        },
      ),
    );
  });

  test('differs from itself in nothing, and from another exactly where a value of it was changed', () => {
    fc.assert(
      fc.property(json, json, (one, another) => {
        const [here, there] = [shapeOf(one, new Map()), shapeOf(another, new Map())];
        expect(differencesOf(here, here)).toEqual([]);
        const wrapped = { status: '200', body: { kept: here, changed: here } };
        const found = differencesOf(wrapped, { ...wrapped, body: { kept: here, changed: there } });
        expect(found.every(({ path }) => path.startsWith('body.changed'))).toBe(true);
        expect(found.length === 0).toBe(JSON.stringify(here) === JSON.stringify(there));
      }),
    );
  });

  test('keeps the sentence of an error without what was sent and without ids', () => {
    const sent = new Map([['didit-prove-1a2b', 'didit-prove-…']]);
    expect(
      shapeOf(
        { message: 'The client didit-prove-1a2b (x7Yh2kQz93LmPq01) is not known at https://me.example.com/' },
        sent,
      ),
    ).toEqual({ message: '"The client didit-prove-… ((id)) is not known at (address)"' });
  });
});
