import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../../scripts/plan/build-plan.ts';
import { diffModels } from '../../../scripts/tenant-model/diff/diff-models.ts';
import { resourceFields } from '../../../scripts/tenant-model/resource-fields.ts';
import type { Field, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { rateChange } from '../../../scripts/plan/ratings/rate-change.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const between = (before: TenantModel, after: TenantModel): readonly string[] =>
  diffModels({ before, after })
    .flatMap((change) => rateChange(change, { before, after }))
    .map(({ code, because }) => `${code}: ${because}`);

const ratings = (...edits: readonly Edit[]): readonly string[] =>
  between(sample().model, sample(...edits).model);

function withField(model: TenantModel, action: string, path: string, field: Field): TenantModel {
  return {
    ...model,
    resources: model.resources.map((resource) =>
      resource.name === action
        ? { ...resource, fields: new Map([...resource.fields, [path, field]]) }
        : resource,
    ),
  };
}

const CODE = (text: string): Field => ({ kind: 'code', text });
const DEPENDENCY = (registry: string): Edit => [
  'dependencies: []',
  `dependencies:\n      - name: lodash\n        version: 4.17.21${registry}`,
];

describe('the code of an Action', () => {
  test('is rated when it is another one', () => {
    const { model } = sample();
    expect(between(model, withField(model, 'didit-access-policy', 'code', CODE('other')))).toEqual([
      'action_code: 23 bytes → 5 bytes',
    ]);
  });

  test('is rated for each host that it names and did not name before, in whatever way', () => {
    const { model } = sample();
    const first = withField(model, 'didit-claims', 'code', CODE("fetch('https://known.example/a')"));
    const code = CODE("fetch('https://known.example/b'); fetch(`https://${'other'}.example/` + 1)");
    expect(between(first, withField(model, 'didit-claims', 'code', code))).toEqual([
      'action_host: other.example',
      expect.stringMatching(/^action_code: /),
    ]);
  });

  test('is rated when the Action is new, though it has no secrets', () => {
    const { model } = sample();
    const action = { kind: 'Action', name: 'another', fields: new Map([['code', CODE('code')]]) } as const;
    expect(between(model, { ...model, resources: [...model.resources, action] })).toEqual([
      'action_code: new, 4 bytes',
    ]);
  });

  test('is rated when it runs at logins and did not', async () => {
    const { model } = sample();
    const flow = model.flow.filter(({ action }) => action !== 'didit-claims');
    const plan = await buildPlan(
      { before: { ...model, flow }, after: model },
      { kind: 'tenant', domain: 'tenant.example.com' },
    );
    expect(plan.changes.flatMap(({ security }) => security)).toEqual([
      { code: 'action_added_to_flow', because: 'didit-claims: place 4' },
    ]);
  });
});

describe('the host that a new Action sends its credentials to', () => {
  const ofNew = (secret: Field): readonly string[] => {
    const { model } = sample();
    const fields = new Map([['secrets.AUTH0_DOMAIN', secret]]);
    const action = { kind: 'Action', name: 'another', fields } as const;
    return between(model, { ...model, resources: [...model.resources, action] });
  };

  test('is rated where it is not the own tenant', () => {
    expect(ofNew({ kind: 'secret' })).toContain('endpoint_host: none → a value that is not shown');
    expect(ofNew({ kind: 'secret', from: '##OTHER_DOMAIN##' })).toContain(
      'endpoint_host: none → ##OTHER_DOMAIN##',
    );
  });

  test('is not where it is', () => {
    expect(ofNew({ kind: 'secret', from: '##AUTH0_DOMAIN##' })).toEqual([
      'action_secret_added: AUTH0_DOMAIN',
    ]);
  });
});

describe('the value of a secret', () => {
  test.each<[string, Edit, readonly string[]]>([
    [
      'from another placeholder',
      ["'##AUTH0_MANAGEMENT_CLIENT_SECRET##'", "'##DIDIT_CLIENT_SECRET##'"],
      [
        'action_secret_changed: AUTH0_MANAGEMENT_CLIENT_SECRET: ##AUTH0_MANAGEMENT_CLIENT_SECRET## → ##DIDIT_CLIENT_SECRET##',
      ],
    ],
    [
      'that is a host which credentials go to',
      ["value: '##AUTH0_DOMAIN##'", 'value: evil.example'],
      [
        'endpoint_host: ##AUTH0_DOMAIN## → a value that is not shown',
        'action_secret_changed: AUTH0_DOMAIN: ##AUTH0_DOMAIN## → a value that is not shown',
      ],
    ],
    [
      'of the connection',
      ["client_secret: '##DIDIT_CLIENT_SECRET##'", "client_secret: '##OTHER_SECRET##'"],
      ['didit_client: client_secret: ##DIDIT_CLIENT_SECRET## → ##OTHER_SECRET##'],
    ],
  ])('%s is rated', (_name, edit, expected) => {
    expect(ratings(edit)).toEqual(expected);
  });

  test('that only a tenant knows is no change', () => {
    const { model } = sample();
    const unknown: Field = { kind: 'secret' };
    expect(between(withField(model, 'didit-profile-sync', 'secrets.AUTH0_DOMAIN', unknown), model)).toEqual(
      [],
    );
  });
});

describe('a package', () => {
  test('from another registry is other code', () => {
    const registry = '\n        registry_url: https://npm.example/private/';
    const [before, after] = [sample(DEPENDENCY('')).model, sample(DEPENDENCY(registry)).model];
    expect(between(before, after)).toEqual([
      'action_dependency: lodash 4.17.21 from https://npm.example/private/',
    ]);
    expect(between(after, after)).toEqual([]);
  });

  test('does not tell how its registry is asked, where a tenant has that in the address', () => {
    const registry_url = 'https://user:hidden@npm.example/private/?key=hidden';
    const fields = resourceFields('Action', {
      dependencies: [{ name: 'a', version: '1.0.0', registry_url }],
    });
    expect(fields.get('dependencies.a')).toEqual({
      kind: 'value',
      value: '1.0.0 from https://npm.example/private/',
    });
  });

  test('that is new names its registry', () => {
    expect(ratings(DEPENDENCY('\n        registry_url: https://npm.example/'))).toEqual([
      'action_dependency: lodash 4.17.21 from https://npm.example/',
    ]);
  });
});
