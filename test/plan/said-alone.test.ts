import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRecord, recordOf } from '../../scripts/base/json-values.ts';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import type { PlannedChange, PlanTarget } from '../../scripts/plan/plan.ts';
import { rateChange } from '../../scripts/plan/ratings/rate-change.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';
import { afterDeploy } from '../../scripts/tenant-model/after-deploy.ts';
import { diffModels, onlySaid } from '../../scripts/tenant-model/diff/diff-models.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import type { TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

/** Values of all kinds that a schema takes, of each a few. */
function valuesOf(schema: unknown): readonly unknown[] {
  const { type, pattern, properties, required, items, minimum, maximum, ...rest } = recordOf(schema);
  if ('const' in rest) return [rest['const']];
  if (Array.isArray(rest['enum'])) return rest['enum'];
  if (Array.isArray(rest['anyOf'])) return rest['anyOf'].flatMap(valuesOf);
  return [type].flat().flatMap((one): readonly unknown[] => {
    switch (one) {
      case 'boolean':
        return [true, false];
      case 'integer':
      case 'number':
        return [minimum ?? 0, 86_400, 7_200, maximum ?? 1];
      case 'null':
        return [null];
      case 'array': {
        const [first, second] = valuesOf(items);
        // Things of one name cannot be listed twice.
        return [[], [first], [second ?? first], ...(isRecord(first) ? [] : [[first, second]])];
      }
      case 'object': {
        const named = Array.isArray(required) ? required.map(String) : [];
        const known = recordOf(properties);
        const least = Object.fromEntries(named.map((name) => [name, valuesOf(known[name])[0]]));
        const others = Object.entries(known).flatMap(([name, child]) =>
          valuesOf(child)
            .slice(0, 3)
            .map((value) => ({ ...least, [name]: value })),
        );
        return [least, ...(others.length > 0 ? others : [{ a: 'x' }, { a: 'y' }])];
      }
      default:
        return String(pattern).startsWith('^https')
          ? ['https://a.example/', 'https://b.example/']
          : ['one', 'two', ''];
    }
  });
}

const { config, bundles } = sample();
const SECTIONS = ['connections', 'clients', 'clientGrants', 'resourceServers', 'organizations'] as const;
const BASE = { ...config, organizations: [{ name: 'acme', connections: [{ name: 'didit' }] }] };

/** Another value at a place of the first thing of a section; `undefined` takes it away. */
interface Other {
  readonly section: (typeof SECTIONS)[number];
  readonly path: readonly string[];
  readonly value: unknown;
}

function configWith(from: typeof BASE, { section, path, value }: Other): typeof BASE {
  const [first, ...others] = from[section] ?? [];
  const changed = (thing: unknown, [name = '', ...below]: readonly string[]): object => ({
    ...recordOf(thing),
    [name]: below.length === 0 ? value : changed(recordOf(thing)[name], below),
  });
  return { ...from, [section]: [changed(first, path), ...others] };
}

/** What the sample comes to with them. */
const modelWith = (...others: readonly Other[]): TenantModel =>
  modelFromConfig(others.reduce(configWith, BASE), bundles);

const sentTo = (tenant: TenantModel, file: TenantModel): string =>
  JSON.stringify(diffModels({ before: tenant, after: afterDeploy(tenant, file) }));

const OF_IDENTITY = ['name', 'formerly', 'client_id', 'identifier', 'audience', 'subject_type', 'strategy'];

const PLACES = SECTIONS.flatMap((section) => {
  const { properties } = TENANT_SCHEMA.properties[section].items;
  return Object.entries(properties)
    .filter(([name]) => !OF_IDENTITY.includes(name))
    .flatMap(([name, schema]: [string, unknown]) =>
      name === 'options' && isRecord(schema)
        ? Object.entries(recordOf(schema['properties']))
            .filter(([option]) => !['client_secret', 'scripts'].includes(option))
            .map(([option, child]) => ({ section, path: [name, option], schema: child }))
        : [{ section, path: [name], schema }],
    );
});

test('what a deploy does with one file and not with another, on whatever tenant, is in the plan of the two', () => {
  let compared = 0;
  for (const { section, path, schema } of PLACES) {
    const values = [undefined, ...valuesOf(schema).slice(0, 9)];
    const models = values.map((value) => modelWith({ section, path, value }));
    const sent = models.map((file) => models.map((tenant) => sentTo(tenant, file)));
    for (const [from, before] of models.entries()) {
      for (const [to, after] of models.entries()) {
        const isOther = sent[from]?.some((said, on) => said !== sent[to]?.[on]) === true;
        if (!isOther) continue;
        compared += 1;
        const shown = [...diffModels({ before, after }), ...onlySaid({ before, after })];
        const what = `${section} ${path.join('.')}: ${JSON.stringify(values[from])} → ${JSON.stringify(values[to])}`;
        expect(shown, what).not.toEqual([]);
      }
    }
  }
  expect(compared).toBeGreaterThan(1_000);
});

const OTHERS: readonly Other[] = PLACES.flatMap(({ section, path, schema }) =>
  [undefined, ...valuesOf(schema).slice(0, 9)].map((value) => ({ section, path, value })),
);

const UNCHANGED = modelWith();

test.each(['revision', 'tenant'] as const)(
  'what is rated alone is rated beside any other change, against a %s',
  (target) => {
    const ratingsOf = (...others: readonly Other[]): readonly string[] => {
      const pair = { before: UNCHANGED, after: modelWith(...others) };
      return diffModels(pair).flatMap((change) =>
        rateChange(change, pair, target).map(({ code }) => `${change.kind} ${change.path ?? ''}: ${code}`),
      );
    };
    const several = fc.uniqueArray(fc.constantFrom(...OTHERS), {
      minLength: 2,
      maxLength: 3,
      selector: ({ section, path }) => [section, ...path].join('.'),
    });
    let rated = 0;
    fc.assert(
      fc.property(several, (others) => {
        const together = ratingsOf(...others);
        const alone = others.flatMap((other) => ratingsOf(other));
        rated += alone.length;
        expect(alone.filter((rating) => !together.includes(rating))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(rated).toBeGreaterThan(100);
  },
);

describe('a file that begins to say what the service does anyway changes a tenant on which it is otherwise', () => {
  const TARGET: PlanTarget = { kind: 'revision', revision: 'main', commit: 'a'.repeat(40) };
  const changesOf = async (edit: Edit): Promise<readonly PlannedChange[]> => {
    const [before, after] = [sample().model, sample(edit).model];
    return (await buildPlan({ before, after }, TARGET)).changes;
  };
  const below = (line: string, said: string): Edit => [line, `${line}\n${said}`];
  const API = '    allow_offline_access: true';
  const OPTIONS = '      pkce_enabled: true';
  const CONNECTION = '    strategy: oauth2';
  const APPLICATION = '    app_type: regular_web';

  test.each<[string, Edit, string | undefined]>([
    ['enforce_policies', below(API, '    enforce_policies: false'), 'api_policy'],
    ['token_dialect', below(API, '    token_dialect: access_token'), 'api_policy'],
    ['token_lifetime_for_web', below(API, '    token_lifetime_for_web: 7200'), 'token_weakened'],
    [
      'skip_consent_for_verifiable_first_party_clients',
      below(API, '    skip_consent_for_verifiable_first_party_clients: false'),
      undefined,
    ],
    ['options.upstream_params', below(OPTIONS, '      upstream_params: null'), 'connection_request'],
    ['options.non_persistent_attrs', below(OPTIONS, '      non_persistent_attrs: []'), 'personal_data_kept'],
    [
      'authentication.active',
      below(CONNECTION, '    authentication:\n      active: true'),
      'connection_reach',
    ],
    ['realms', below(CONNECTION, '    realms: [didit]'), 'connection_reach'],
    ['is_first_party', below(APPLICATION, '    is_first_party: true'), 'consent_skipped'],
    ['addons', below(APPLICATION, '    addons: {}'), 'setting_not_judged'],
    ['web_origins', below(APPLICATION, '    web_origins: []'), undefined],
    ['organization_usage', below('      - read:users', '    organization_usage: deny'), undefined],
  ])('%s', async (field, edit, code) => {
    expect(await changesOf(edit)).toMatchObject([
      { verb: 'create', field, before: null, security: code === undefined ? [] : [{ code }] },
    ]);
  });

  test('and one that says it no more leaves it to the tenant', async () => {
    const said = sample(below(API, '    enforce_policies: false')).model;
    const { changes } = await buildPlan({ before: said, after: sample().model }, TARGET);
    expect(changes).toMatchObject([
      { verb: 'unmanage', field: 'enforce_policies', before: false, after: null, security: [] },
    ]);
  });

  test('while on a tenant it is no change where it is as the file says', async () => {
    const [before, after] = [sample().model, sample(below(API, '    enforce_policies: false')).model];
    const { changes } = await buildPlan({ before, after }, { kind: 'tenant', domain: 'tenant.example.com' });
    expect(changes).toEqual([]);
  });
});
