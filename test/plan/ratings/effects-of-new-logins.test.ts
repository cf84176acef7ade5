import { describe, expect, test } from 'vitest';
import type { Field, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { otherOrganizations } from '../../../scripts/plan/ratings/other-organizations.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { modelWithSettings } from '../sample.ts';

type Texts = Parameters<typeof modelWithSettings>[0];

const withField = (model: TenantModel, name: string, path: string, field: Field): TenantModel => ({
  ...model,
  resources: model.resources.map((resource) =>
    resource.name === name ? { ...resource, fields: new Map([...resource.fields, [path, field]]) } : resource,
  ),
});

const withoutConnections = (model: TenantModel): TenantModel => ({
  ...model,
  resources: model.resources.filter(({ kind }) => kind !== 'connection'),
});

const OFF = 'mode=off require=verified max_age=none apply_to=didit on_unavailable=deny step_up=off';

const securityOf = (before: TenantModel, after: TenantModel): readonly string[] =>
  settingsEffects({ before, after }).flatMap(({ security }) =>
    security.map(({ code, because }) => `${code}: ${because}`),
  );

describe('claims', () => {
  const within = (names: string): Texts => ({
    application: { didit_claims: `id_token=verified_claims verified_claims=${names}` },
  });

  test('that come into verified_claims are personal data in the token, though the token names the same claims', () => {
    const [before, after] = [within('age_over_18'), within('age_over_18,name')].map(modelWithSettings);
    expect(before && after && securityOf(before, after)).toEqual([
      'personal_data_in_token: name in the ID token',
    ]);
    expect(before && after && securityOf(after, before)).toEqual([]);
  });

  test('of an application that the connection is enabled for now are rated', () => {
    const model = withField(modelWithSettings({}), 'Didit Actions', 'client_metadata.didit_claims', {
      kind: 'settings',
      key: 'didit_claims',
      text: 'id_token=birthdate',
    });
    const after = withField(model, 'didit', 'enabled_clients', {
      kind: 'set',
      items: ['Didit Sample Application', 'Didit Actions'],
    });
    expect(securityOf(model, after)).toEqual(['personal_data_in_token: birthdate in the ID token']);
  });
});

describe('rules', () => {
  test('that a report no longer tells of are looser', () => {
    const [report, off] = ['mode=report', 'mode=off'].map((didit_policy) =>
      modelWithSettings({ application: { didit_policy } }),
    );
    expect(report && off && securityOf(report, off)).toEqual(['rules_loosened: mode=report → mode=off']);
    expect(report && off && securityOf(off, report)).toEqual([]);
  });

  test('of a new connection that the Action takes for somebody else’s let everybody in', () => {
    const model = modelWithSettings({ application: { didit_policy: 'require=verified mode=enforce' } });
    const unmarked = withField(model, 'didit', 'metadata.didit_policy', { kind: 'value', value: null });
    const after = withField(unmarked, 'didit-access-policy', 'secrets.DIDIT_CONNECTION', {
      kind: 'secret',
      connection: 'another',
    });
    expect(securityOf(withoutConnections(after), after)).toContain(
      `rules_loosened: everybody gets in through didit: ${OFF} (for didit-access-policy, the Didit connection is another)`,
    );
  });

  test('of a new connection that no Action decides about let everybody in', () => {
    const after = { ...modelWithSettings({}), flow: [] };
    expect(securityOf(withoutConnections(after), after)).toEqual([
      'rules_loosened: everybody gets in through didit: no Action decides',
    ]);
  });

  test('of a new application that asks for less than its connection are looser, and for as much are not', () => {
    const through = (text: string) =>
      modelWithSettings({
        connection: { didit_policy: 'require=verified mode=report' },
        application: { didit_policy: text },
      });
    const ofNew = (text: string) => {
      const after = through(text);
      const known = after.resources.filter(({ name }) => name !== 'Didit Sample Application');
      const before = { ...after, resources: known };
      const none = withField(before, 'didit', 'enabled_clients', { kind: 'set', items: [] });
      return securityOf(none, after);
    };
    expect(ofNew('mode=enforce')).toEqual([]);
    expect(ofNew('mode=enforce require=none')).toEqual([
      'rules_loosened: mode=enforce require=none max_age=none apply_to=didit on_unavailable=deny step_up=off',
    ]);
    // A connection that only reports lets its people in, too.
    expect(ofNew('')).toEqual([
      'rules_loosened: mode=report require=verified max_age=none apply_to=didit on_unavailable=deny step_up=off',
    ]);
  });
});

describe('where the Action is in no login', () => {
  const without = (model: TenantModel, action: string): TenantModel => ({
    ...model,
    flow: model.flow.filter((binding) => binding.action !== action),
  });
  const effectsOf = (before: TenantModel, after: TenantModel, what: string) =>
    settingsEffects({ before, after })
      .filter((effect) => effect.what === what)
      .map((effect) => [
        effect.connection,
        effect.before,
        effect.after,
        effect.security.map(({ code, because }) => `${code}: ${because}`),
      ]);
  const others = '(any other connection)';

  test('rules ask for nothing, of Didit logins and of all others, which lets people in', () => {
    const model = modelWithSettings({ application: { didit_policy: 'require=verified apply_to=all' } });
    const rules = (age: string): string =>
      `mode=enforce require=verified max_age=${age} apply_to=all on_unavailable=deny step_up=off`;
    const open = without(model, 'didit-access-policy');
    const [ofDidit, ofOthers] = effectsOf(model, open, 'rules').filter(([, before]) =>
      String(before).includes('require=verified max'),
    );
    const nothing = 'no Action decides';
    expect(ofDidit).toEqual([
      'didit',
      rules('none'),
      nothing,
      [`rules_loosened: ${rules('none')} → ${nothing}`],
    ]);
    expect(ofOthers).toEqual([
      ...[others, rules('30d'), 'no rules'],
      [`rules_loosened: through any other connection: ${rules('30d')} → no rules`],
    ]);
    expect(effectsOf(open, model, 'rules').flatMap(([, , , security]) => security)).toEqual([]);
    expect(effectsOf(open, without(modelWithSettings({}), 'didit-access-policy'), 'rules')).toEqual([]);
  });

  test('claims are shown to nobody: those that come with it are new, and those that go with it are no finding', () => {
    const texts = (text: string): Texts => ({ application: { didit_claims: `access_token=none ${text}` } });
    const model = modelWithSettings(texts('id_token=birthdate linked=on'));
    const hidden = without(model, 'didit-claims');
    const told = 'id_token=birthdate access_token=none linked=on';
    const [first, ...more] = effectsOf(hidden, model, 'claims').filter(([, , after]) =>
      String(after).includes(told),
    );
    expect(first?.slice(0, 2)).toEqual(['didit', 'no Action adds any']);
    expect(first?.[3]).toEqual(['personal_data_in_token: birthdate in the ID token']);
    expect(more).toEqual([
      [
        others,
        'no claims',
        told,
        [
          'personal_data_in_token: through any other connection: birthdate in the ID token',
          'claims_widened: through any other connection: linked=on: birthdate',
        ],
      ],
    ]);
    const before = modelWithSettings(texts('id_token=verified linked=off'));
    expect(effectsOf(before, hidden, 'claims').flatMap(([, , , security]) => security)).toEqual([]);
    expect(effectsOf(without(before, 'didit-claims'), hidden, 'claims')).toEqual([]);
    const [off, on] = ['off', 'on'].map((linked) =>
      modelWithSettings({
        connection: { didit_claims: `id_token=verified access_token=none linked=${linked}` },
      }),
    );
    if (off === undefined || on === undefined) throw new Error('two models');
    const unseen = without(on, 'didit-claims');
    expect(effectsOf(off, unseen, 'claims').flatMap(([, , , security]) => security)).toEqual([]);
    expect(effectsOf(unseen, on, 'claims').flatMap(([, , , security]) => security)).toEqual([
      'claims_widened: linked=on: verified',
    ]);
  });

  test('nothing is kept: rules have less to go by, and what it keeps is new once it runs again', () => {
    const model = modelWithSettings({ connection: { didit_sync: 'fields=verified,name' } });
    const silent = without(model, 'didit-profile-sync');
    const told = 'mode=on fields=verified,name user_metadata=none stand_in=30d';
    expect(effectsOf(model, silent, 'kept data')).toEqual([
      ['didit', told, 'no Action keeps any', ['evidence_reduced: mode=on → mode=off']],
    ]);
    expect(effectsOf(silent, model, 'kept data')).toEqual([
      ['didit', 'no Action keeps any', told, ['personal_data_kept: name in the record']],
    ]);
  });

  test('or takes another connection for Didit’s, all say so', () => {
    const taken: Field = { kind: 'secret', connection: 'another' };
    const model = modelWithSettings({
      connection: { didit_sync: 'fields=verified', didit_policy: ' ' },
      application: { didit_claims: 'id_token=verified access_token=none' },
    });
    for (const [action, what, words] of [
      [
        'didit-claims',
        'claims',
        'namespace=https://example.com/didit/ id_token=none access_token=none linked=off',
      ],
      ['didit-profile-sync', 'kept data', 'mode=off'],
    ] as const) {
      const after = withField(model, action, 'secrets.DIDIT_CONNECTION', taken);
      expect(effectsOf(model, after, what).map(([, , now]) => now)).toEqual([
        `${words} (for ${action}, the Didit connection is another)`,
      ]);
    }
  });
});

describe('organizations', () => {
  const listing = (policy: string, more = ''): TenantModel => {
    const model = modelWithSettings({ application: { didit_policy: 'require=verified apply_to=all' } });
    const takes = withField(model, 'Didit Sample Application', 'organization_usage', {
      kind: 'value',
      value: 'allow',
    });
    const fields: [string, Field][] = [
      ['metadata.didit_policy', { kind: 'settings', key: 'didit_policy', text: policy }],
      ['connections', { kind: 'set', items: ['didit'] }],
    ];
    const acme = { kind: 'organization', name: 'acme', fields: new Map(fields) } as const;
    return { ...takes, resources: policy === more ? takes.resources : [...takes.resources, acme] };
  };
  const NONE = listing('', '');
  const found = (before: TenantModel, after: TenantModel) =>
    settingsEffects({ before, after }).map((effect) => [
      `${effect.connection}, ${effect.organization ?? 'nobody’s'}: ${effect.what}`,
      effect.security.map(({ code, because }) => `${code}: ${because}`),
    ]);

  test('that are new are compared with what the application asks of everybody, in every connection', () => {
    expect(found(NONE, listing('mode=report'))).toEqual([
      ['didit, acme: rules', ['rules_loosened: at the application mode=enforce → mode=report']],
      [
        '(any other connection), acme: rules',
        ['rules_loosened: through any other connection: mode=enforce → mode=report'],
      ],
    ]);
    expect(found(NONE, listing('max_age=1d')).flatMap(([, security]) => security)).toEqual([]);
  });

  test('that are new are compared with what the application asks from now on, and share its claims', () => {
    const changed = (text: string) =>
      withField(listing(text), 'Didit Sample Application', 'client_metadata.didit_policy', {
        ...{ kind: 'settings', key: 'didit_policy', text: 'mode=report require=verified apply_to=all' },
      });
    const ofMembers = found(NONE, changed('mode=report')).filter(([what]) => String(what).includes('acme'));
    expect(ofMembers.flatMap(([, security]) => security)).toEqual([]);
    const claims = withField(
      listing('mode=off'),
      'Didit Sample Application',
      'client_metadata.didit_claims',
      {
        ...{ kind: 'settings', key: 'didit_claims', text: 'id_token=birthdate' },
      },
    );
    expect(found(listing('mode=off'), claims)).toEqual([
      ['didit, nobody’s: claims', ['personal_data_in_token: birthdate in the ID token']],
    ]);
  });

  test('that change are compared with what they asked before', () => {
    expect(found(listing('max_age=1d'), listing('max_age=2d'))).toEqual([
      ['didit, acme: rules', ['rules_loosened: max_age=1d → max_age=2d']],
      [
        '(any other connection), acme: rules',
        [expect.stringMatching(/^rules_loosened: through any other connection: /)],
      ],
    ]);
  });

  test('that the file no longer lists stay as they are on the tenant: nothing is rated', () => {
    for (const policy of ['max_age=1d', 'mode=off'])
      expect(found(listing(policy), NONE).flatMap(([, security]) => security)).toEqual([]);
  });

  test('that nobody lists are found where they ask for less than the application, and not where they ask for more', () => {
    const asked = NONE;
    const [weaker, stricter] = [listing('mode=off'), listing('max_age=1d')];
    expect(otherOrganizations(weaker, asked)).toEqual([
      {
        ...{ organization: 'acme', application: 'Didit Sample Application', connection: 'didit' },
        security: [{ code: 'organization_weaker', because: 'mode=enforce → mode=off' }],
      },
    ]);
    expect(otherOrganizations(stricter, asked)).toEqual([]);
    // Its members who sign in through another connection are asked for nothing then.
    expect(otherOrganizations(listing('apply_to=didit'), asked).flatMap(({ security }) => security)).toEqual([
      { code: 'organization_weaker', because: 'apply_to=all → apply_to=didit' },
    ]);
    expect(otherOrganizations(weaker, weaker)).toEqual([]);
  });
});
