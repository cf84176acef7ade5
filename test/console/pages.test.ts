// @module-tag long
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { createConsole } from '../../scripts/console/app.ts';
import { startWholeTenant } from '../local-tenant/login/whole-tenant.ts';
import type { WholeTenant } from '../local-tenant/login/whole-tenant.ts';
import { cookieOf } from './console-under-test.ts';

const schemaIn = (file: string): object =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, 'docs', file), 'utf8')) as object;
const schema = schemaIn('console.schema.json');

let tenant: WholeTenant;
let cookie = '';
let login = '';
/** Of somebody who refused at Didit. */
let ended = '';

beforeAll(async () => {
  tenant = await startWholeTenant({ console: createConsole });
  tenant.beginAnew();
  cookie = cookieOf(await fetch(tenant.consoleLink(), { redirect: 'manual' }));
  const { loginId = '' } = await tenant.signIn({ persona: 'unverified' });
  await tenant.signIn({ persona: 'adult' });
  await tenant.signIn({ persona: 'declines' });
  login = loginId;
  const { logins } = (await json('/console?outcome=failed')) as { logins: readonly { id: string }[] };
  ended = logins[0]?.id ?? '';
});
afterAll(async () => {
  await tenant.close();
});

const json = async (path: string): Promise<unknown> =>
  await (await fetch(`${tenant.url}${path}`, { headers: { cookie, accept: 'application/json' } })).json();

const complaintsAbout = (name: string, answer: unknown): unknown => {
  const ajv = new Ajv({ strict: false });
  const validate = ajv.addSchema(schema, 'console').getSchema(`console#/$defs/${name}`);
  if (validate === undefined) throw new Error(`The schema has no ${name}.`);
  return validate(answer) === true ? [] : validate.errors;
};

describe('docs/console.schema.json', () => {
  test.each([
    ['list', () => '/console'],
    ['list', () => '/console?person=unverified&text=not'],
    ['loginPage', () => `/console/logins/${login}`],
    ['loginPage', () => `/console/logins/${ended}`],
    ['again', () => `/console/logins/${login}/again`],
    ['again', () => `/console/logins/${ended}/again`],
    ['whatIf', () => '/console/what-if'],
    [
      'whatIf',
      () =>
        '/console/what-if?person=minor&client.didit_policy=require%3Dage_over_18&days=400&kind=SSO&management=down',
    ],
    ['whatIf', () => '/console/what-if?person=nobody'],
    ['whatIf', () => '/console/what-if?facts=%5B'],
    ['outcomes', () => '/console/outcomes'],
    ['signIn', () => '/console/sign-in'],
    ['tenant', () => '/console/tenant'],
    ['error', () => '/console/logins/gone'],
    ['error', () => '/console/nothing'],
  ])('describes the answer of a page: %s', async (name, path) => {
    expect(complaintsAbout(name, await json(path()))).toEqual([]);
  });

  test('leaves the plan to docs/plan.schema.json, which describes it', async () => {
    const { plan } = (await json('/console/tenant')) as { plan: { changes: readonly unknown[] } };
    expect(plan.changes.length).toBeGreaterThan(0);
    const validate = new Ajv({ strict: false }).compile(schemaIn('plan.schema.json'));
    expect(validate(plan) ? [] : validate.errors).toEqual([]);
  });

  test('describes each line of the download', async () => {
    const text = await (await fetch(`${tenant.url}/console/logins.jsonl`, { headers: { cookie } })).text();
    const lines = text.split('\n').filter((line) => line !== '');
    // Other tests sign people in, too.
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(complaintsAbout('loginPage', JSON.parse(line))).toEqual([]);
  });
});

test('a login that ended before its Actions says so, with the error that the application was told', async () => {
  expect(await json(`/console/logins/${ended}`)).toMatchObject({
    login: { person: 'unknown', outcome: 'failed' },
    decision: { code: 'access_denied', before_actions: true, rule: null },
    actions: [],
    tokens: null,
  });
});

describe('a login of the real Actions', () => {
  test('is shown with the record of evidence, the decoded tokens and the setting that each claim comes from', async () => {
    const { logins } = (await json('/console?person=adult')) as { logins: { id: string }[] };
    const view = await json(`/console/logins/${logins[0]?.id ?? ''}`);
    expect(view).toMatchObject({
      decision: { outcome: 'allowed', rule: null },
      evidence: {
        source: expect.stringMatching(/^(?:management|event)$/) as string,
        age_seconds: expect.any(Number) as number,
      },
      claims: expect.arrayContaining([
        expect.objectContaining({
          token: 'id_token',
          name: 'https://example.com/didit/verified',
          given: true,
          action: 'didit-claims',
          origin: { from: 'didit_claims id_token', level: 'connection' },
        }),
      ]) as unknown,
      tokens: {
        id_token: {
          claims: expect.arrayContaining([
            expect.objectContaining({ name: 'iss', origin: { from: 'protocol', level: null } }),
            expect.objectContaining({ name: 'email', origin: { from: 'scope email', level: null } }),
          ]) as unknown,
        },
      },
    });
  });

  test('ends the same way when it is run again as it was', async () => {
    expect(await json(`/console/logins/${login}/again`)).toMatchObject({
      before: { outcome: 'denied' },
      after: { outcome: 'denied' },
      differences: [],
    });
  });

  test('is found by the tag that a request of it had', async () => {
    const tagged: typeof fetch = (input, init) => {
      const request = new Request(input, init);
      request.headers.set('x-local-tenant-tag', 'checkout-17');
      return fetch(request);
    };
    const { loginId } = await tenant.signIn({ persona: 'minor', fetch: tagged });
    expect(await json('/console?tag=checkout-17')).toMatchObject({
      logins: [{ id: loginId, person: 'minor' }],
    });
  });
});

describe('what if', () => {
  const asked = async (query: Readonly<Record<string, string>>): Promise<unknown> =>
    await json(`/console/what-if?${new URLSearchParams(query).toString()}`);

  test('says what a stricter rule would do, and which line of tenant.yaml it is', async () => {
    expect(
      await asked({ person: 'minor', 'client.didit_policy': 'require=verified,age_over_18' }),
    ).toMatchObject({
      before: { outcome: 'allowed' },
      answer: {
        outcome: 'denied',
        code: 'didit_age_under_18',
        rule: { setting: 'require=age_over_18', level: 'client' },
      },
      lines: [{ text: 'didit_policy: require=verified,age_over_18', line: expect.any(Number) as number }],
    });
  });

  test('says what another fact about the person would do', async () => {
    expect(await asked({ person: 'adult', facts: 'is_verified: false' })).toMatchObject({
      before: { outcome: 'allowed' },
      answer: { outcome: 'denied', code: 'didit_not_verified' },
      lines: [],
    });
  });

  test('says what time would do', async () => {
    const question = {
      person: 'adult',
      kind: 'SSO',
      'connection.didit_policy': 'require=verified max_age=30d',
    };
    expect(await asked({ ...question, days: '1' })).toMatchObject({ answer: { outcome: 'allowed' } });
    expect(await asked({ ...question, days: '31' })).toMatchObject({
      answer: { outcome: 'denied', code: 'didit_profile_stale' },
    });
  });

  test('is asked about an organization, too', async () => {
    expect(
      await asked({ person: 'minor', 'organization.didit_policy': 'require=age_over_18' }),
    ).toMatchObject({ answer: { outcome: 'denied', rule: { level: 'organization' } } });
  });

  test('changes nothing at the tenant', async () => {
    const before = JSON.stringify([tenant.collections.clients.all(), tenant.collections.connections.all()]);
    await asked({ person: 'minor', 'client.didit_policy': 'require=age_over_18' });
    expect(JSON.stringify([tenant.collections.clients.all(), tenant.collections.connections.all()])).toBe(
      before,
    );
  });
});

describe('outcomes', () => {
  test('mark what the working tree would change', async () => {
    tenant.setApplication({ didit_policy: 'require=verified,age_over_18' });
    try {
      // The application of this tenant is not in tenant.yaml: a deploy of the working tree takes it away from everybody.
      const { people, kinds } = (await json('/console/outcomes')) as {
        people: { name: string; cells: { application: string; outcome: string; before: unknown }[] }[];
        kinds: { kind: string; differ: number }[];
      };
      const minor = people
        .find(({ name }) => name === 'minor')
        ?.cells.find(({ application }) => application === 'Example Application');
      expect(minor).toMatchObject({
        outcome: 'not possible',
        before: { outcome: 'denied', code: 'didit_age_under_18' },
      });
      expect(kinds.find(({ kind }) => kind === 'first login')?.differ).toBeGreaterThan(0);
    } finally {
      tenant.beginAnew();
    }
  });
});
