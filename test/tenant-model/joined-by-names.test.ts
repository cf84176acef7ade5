import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { deployPair } from '../../scripts/plan/plan-deploy.ts';
import { rateChange } from '../../scripts/plan/ratings/rate-change.ts';
import { settingsEffects } from '../../scripts/plan/ratings/settings-effects.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { modelFromState } from '../../scripts/tenant-model/model-from-state.ts';
import { diffModels } from '../../scripts/tenant-model/diff/diff-models.ts';
import { itemsAt, resourceIn, resourcesOf } from '../../scripts/tenant-model/tenant-model.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import { VALUES } from '../plan/plan-of.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';

/** Every mention of a name, as another text. */
function renamed(from: string, to: string): readonly Edit[] {
  const count = sample().tenantFile.document.toString().split(from).length - 1;
  return Array.from({ length: count }, () => [from, to]);
}

const VALUES_OF = new Map([...VALUES, ['STAGE', 'prod']]);

/** What a plan finds for a tenant that `before` was deployed to: codes with where, and effects. */
async function found(before: readonly Edit[], after: readonly Edit[]) {
  const original = sample(...before);
  const config = prepareConfig({ ...original, values: VALUES_OF });
  // The same code on both sides, which the names of the Actions would be in.
  const built = sample(...after);
  const named = (names: readonly string[]) => {
    const rest = names.values();
    return built.bundles.map(({ target, code }) =>
      target.kind === 'action'
        ? { target: { ...target, name: rest.next().value ?? '' }, code: `// ${target.output}` }
        : { target, code },
    );
  };
  const bundles = named(config.actions.map(({ name }) => name));
  const { tenantFile } = built;
  const api = apiOf(deployedTenant({ ...original, config, bundles }));
  const prepared = await prepareDeploy(api, {
    tenantFile,
    bundles: named(built.config.actions.map(({ name }) => name)),
    values: VALUES_OF,
  });
  const pair = deployPair(prepared);
  return {
    ratings: diffModels(pair).flatMap((change) =>
      rateChange(change, pair, 'tenant').map(({ code, because }) => [
        change.kind,
        change.name,
        code,
        because,
      ]),
    ),
    effects: settingsEffects(pair),
    sent: prepared.changes.actions.map(({ config: { name } }) => [
      name,
      prepared.deploy.bundles.find(({ target }) => target.name === name)?.code,
    ]),
  };
}

const LOOSER: Edit = ['didit_policy: require=verified', 'didit_policy: require=none'];
const NAMES = [
  ['Didit Sample Application', "'Shop ##STAGE##'", 'Shop prod'],
  ['Didit Sample Application', "'##STAGE##'", 'prod'],
  ['didit-access-policy', "'policy-##STAGE##'", 'policy-prod'],
] as const;

describe('a placeholder in a name', () => {
  test.each(NAMES)(
    '%s as %s hides nothing of what the name itself would show',
    async (name, written, filledIn) => {
      const [placeholder, literal] = [renamed(name, written), renamed(name, filledIn)];
      // dist/actions/NAME.js is a file, whatever the Action is called.
      const file: readonly Edit[] = name.startsWith('didit-')
        ? [[`dist/actions/${written}.js`, `dist/actions/${name}.js`]]
        : [];
      const literalFile = file.map(([, to]): Edit => [`dist/actions/${filledIn}`, to]);
      const withPlaceholder = await found([...literal, ...literalFile], [...placeholder, ...file, LOOSER]);
      const withName = await found([...literal, ...literalFile], [...literal, ...literalFile, LOOSER]);
      expect(withPlaceholder).toEqual(withName);
      expect(withName.effects.flatMap(({ security }) => security.map(({ code }) => code))).toContain(
        'rules_loosened',
      );
    },
  );

  test('of a new application shows the rules that it has, and not those of its connection alone', async () => {
    const shop = (name: string): readonly Edit[] => [
      [
        '\nclients:\n',
        `\nclients:\n  - name: '${name}'\n    client_metadata:\n      didit_policy: require=age_over_18\n`,
      ],
      ['    enabled_clients:\n', `    enabled_clients:\n      - '${name}'\n`],
    ];
    const { effects } = await found([], shop('New ##STAGE##'));
    expect(effects).toEqual((await found([], shop('New prod'))).effects);
    expect(effects.find(({ application }) => application === 'New prod')?.after).toContain(
      'require=age_over_18',
    );
  });

  test('between two files, a new thing whose name nobody knows yet has to be looked at', () => {
    const pair = {
      before: sample().model,
      after: sample(['\nclients:\n', "\nclients:\n  - name: 'Didit ##KIND## Application'\n"]).model,
    };
    expect(diffModels(pair).flatMap((change) => rateChange(change, pair).map(({ code }) => code))).toContain(
      'setting_not_judged',
    );
  });
});

describe('applications of the same name', () => {
  const { config, bundles } = sample();
  const wanted = modelFromConfig(config, bundles);
  const stateWith = (names: readonly string[]): TenantState => ({
    clients: names.map((name, index) => ({
      client_id: `id${index}`,
      name,
      client_secret: undefined,
      settings: { description: `the one with id${index}` },
    })),
    connections: [
      {
        id: 'con',
        name: 'didit',
        options: {},
        client_secret: undefined,
        metadata: {},
        settings: {},
        enabledClients: names.map((_, index) => `id${index}`),
      },
    ],
    actions: [],
    bindings: [],
    resourceServers: [],
    clientGrants: [],
  });

  test('are two in the model, each with its own settings', () => {
    const model = modelFromState(stateWith(['Shop', 'Shop', 'Other']), wanted);
    expect(itemsAt(resourceIn(model, 'connection', 'didit'), 'enabled_clients')).toEqual([
      'Shop (id0)',
      'Shop (id1)',
      'Other',
    ]);
    expect(resourceIn(model, 'application', 'Shop (id1)')?.fields.get('description')).toEqual({
      kind: 'value',
      value: 'the one with id1',
    });
  });

  test('are never taken for one another, however they are called', () => {
    const name = fc.constantFrom('A', 'A (id1)', 'A (id0)', 'A (id0) (id2)', 'Didit Actions');
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), (names) => {
        const model = modelFromState(stateWith(names), wanted);
        const applications = resourcesOf(model, 'application').map((application) => application.name);
        expect(new Set(applications).size).toBe(names.length);
        expect(itemsAt(resourceIn(model, 'connection', 'didit'), 'enabled_clients').toSorted()).toEqual(
          applications.toSorted(),
        );
        if (names.includes('Didit Actions')) expect(applications).toContain('Didit Actions');
      }),
    );
  });
});
