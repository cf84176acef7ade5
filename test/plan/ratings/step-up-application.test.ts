import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../../scripts/plan/build-plan.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { planOf } from '../plan-of.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const SHOP = 'Didit Sample Application';
const OWN = '      - https://app.example.com/callback\n';
const LOCAL =
  '      # For `npm run login` at your own tenant: your browser comes back to the command on your machine.\n      - http://localhost:8400/callback\n';
const TENANT = '      - https://##AUTH0_DOMAIN##/continue\n';

/** The shop is listed before the application that is meant: the deploy gives the Actions the first with this address. */
const callbacks = (text: string): Edit => [`${OWN}${LOCAL}`, text];

/** What a plan of two files says of the rules of one application, and which findings it makes of them. */
function rulesOf(application: string, ...edits: readonly Edit[]): readonly (string | null)[] {
  const pair = { before: sample().model, after: sample(...edits).model };
  return settingsEffects(pair)
    .filter((effect) => effect.application === application && effect.what === 'rules')
    .flatMap(({ after, security }) => [after, ...security.map(({ code }) => code)]);
}

const HELD_TO_NOTHING = 'none: the Actions take it for their own step-up application';

describe('the application that the Actions hold to no rules', () => {
  test.each([
    ['beside its own addresses', `${OWN}${LOCAL}${TENANT}`],
    ['instead of its own addresses', TENANT],
    ['beside another that only looks like it', `      - https://app.example.com/continue\n${TENANT}`],
  ])('is rated where one that people sign in to becomes it: the tenant’s address %s', (_, text) => {
    expect(rulesOf(SHOP, callbacks(text))).toEqual([HELD_TO_NOTHING, 'rules_loosened']);
  });

  test('is rated where only its rules for other connections are lost', () => {
    const edits: readonly Edit[] = [
      ['      - Didit Sample Application\n', ''],
      ['didit_policy: require=verified', 'didit_policy: require=verified apply_to=all'],
    ];
    const pair = { before: sample(...edits).model, after: sample(...edits, callbacks(TENANT)).model };
    const found = settingsEffects(pair).filter(({ application }) => application === SHOP);
    expect(found.flatMap(({ security }) => security.map(({ code }) => code))).toEqual(['rules_loosened']);
  });

  test.each([
    ['the domain of a tenant, written out', 'https://shop.eu.auth0.com/continue'],
    ['a domain that is filled in at the deploy', 'https://##SOME_HOST##/continue'],
    ['an address of which nothing is known', '##SOME_URL##'],
    ['an address that is filled in as JSON', '@@SOME_URL@@'],
    ['a scheme and a host that are filled in', '##SOME_ORIGIN##/continue'],
    ['a path that is filled in', 'https://shop.eu.auth0.com/##SOME_PATH##'],
    ['half a path that is filled in', 'https://##SOME_HOST##inue'],
    ['two parts that are filled in', 'https://##SOME_HOST##/##SOME_PATH##'],
  ])('may be one that is there, and no file says so: it gets %s', async (_, address) => {
    const [before, after] = [sample().model, sample(callbacks(`${OWN}${LOCAL}      - '${address}'\n`)).model];
    const plan = await buildPlan({ before, after }, { kind: 'revision', revision: 'main', commit: 'abc' });
    const [change] = plan.changes;
    expect(change?.security.map(({ code }) => code).sort()).toEqual(['redirect_added', 'rules_loosened']);
    expect(change?.security.map(({ because }) => because)).toContain(
      `if ${address} is at the tenant itself, our Actions may take it for their own step-up application`,
    );
    // One that has it, and is given another name or a rule of its own, is no finding for that.
    const kept = await buildPlan(
      { before: after, after },
      { kind: 'revision', revision: 'main', commit: 'abc' },
    );
    expect(kept.changes).toEqual([]);
  });

  test.each([
    'https://##SOME_HOST##/callback',
    '##SOME_ORIGIN##/callback',
    'https://shop.example.com/callback/##SOME_PATH##',
    'http://##SOME_HOST##',
    'https://##SOME_HOST##/continues',
  ])('is none that gets another address, whatever is filled in there: %s', async (address) => {
    const [before, after] = [sample().model, sample(callbacks(`${OWN}${LOCAL}      - '${address}'\n`)).model];
    const plan = await buildPlan({ before, after }, { kind: 'revision', revision: 'main', commit: 'abc' });
    expect(plan.changes[0]?.security.map(({ code }) => code)).toEqual(['redirect_added']);
  });

  test('may be a new one as well', async () => {
    const { model } = sample(callbacks(`      - https://shop.eu.auth0.com/continue\n`));
    const before = { ...model, resources: model.resources.filter(({ name }) => name !== SHOP) };
    const plan = await buildPlan(
      { before, after: model },
      { kind: 'revision', revision: 'main', commit: 'abc' },
    );
    const found = plan.changes.find(({ resource }) => resource.name === SHOP)?.security ?? [];
    expect(found.map(({ code }) => code)).toContain('rules_loosened');
  });

  test('is known on a tenant also where the file writes its domain out', async () => {
    const edits = [callbacks(`${OWN}${LOCAL}      - https://tenant.example.com/continue\n`)];
    const { effects } = await planOf({ edits });
    const [rules] = effects.filter(({ application, what }) => application === SHOP && what === 'rules');
    expect(rules).toMatchObject({ after: HELD_TO_NOTHING, security: [{ code: 'rules_loosened' }] });
  });

  test('is rated where the file lists two that it could be, and both have had the address for long', async () => {
    const { effects } = await planOf({
      tenant: (deployed) => ({
        ...deployed,
        clients: deployed.clients.map((client) =>
          client['name'] === SHOP
            ? {
                ...client,
                callbacks: ['https://app.example.com/callback', 'https://tenant.example.com/continue'],
              }
            : client,
        ),
      }),
      edits: [callbacks(`${OWN}${TENANT}`)],
    });
    const [rules] = effects.filter(({ application, what }) => application === SHOP && what === 'rules');
    expect(rules).toMatchObject({ after: HELD_TO_NOTHING, security: [{ code: 'rules_loosened' }] });
  });

  test('is no other, whatever its addresses and the names of APIs look like: its rules are rated as everybody’s', () => {
    const looser: Edit = ['didit_policy: require=verified', 'didit_policy: require=none'];
    const api: Edit = [
      '  - client_id: Didit Actions\n',
      '  - client_id: Didit Actions\n    audience: https://shop.example.com/api/v2/\n    scope: []\n  - client_id: Didit Actions\n',
    ];
    const edits = [looser, api, callbacks('      - https://shop.example.com/continue\n')];
    expect(rulesOf(SHOP, ...edits)).toEqual([expect.stringContaining('require=none'), 'rules_loosened']);
  });

  test('is no finding where it is the one that is meant: new, as it was, with another name, or at a domain of its own', async () => {
    const ofStepUp = (...edits: readonly Edit[]) => rulesOf('Didit Step-up', ...edits);
    const enabled = (...names: readonly string[]): Edit => [
      '      - Didit Sample Application\n      - Didit Step-up\n',
      names.map((name) => `      - ${name}\n`).join(''),
    ];
    const { resources, ...before } = sample(enabled(SHOP)).model;
    const listed = resources.filter(({ name }) => name !== 'Didit Step-up');
    const without = {
      ...before,
      resources: listed,
      stepUp: { callback: 'https://##AUTH0_DOMAIN##/continue' },
    };
    const added = settingsEffects({ before: without, after: sample().model });
    expect(added.filter(({ what }) => what === 'rules')).toEqual([]);
    expect(ofStepUp()).toEqual([]);
    expect(ofStepUp([TENANT, `${TENANT}      - https://login.example.com/continue\n`])).toEqual([]);
    const renamed = await planOf({
      tenant: (deployed) => ({
        ...deployed,
        clients: deployed.clients.map((client) =>
          client['name'] === 'Didit Step-up' ? { ...client, name: 'Former' } : client,
        ),
      }),
      edits: [['  - name: Didit Step-up\n', '  - name: Didit Step-up\n    formerly: Former\n']],
    });
    expect([...renamed.changes, ...renamed.effects].flatMap(({ security }) => security)).toEqual([]);
  });
});
