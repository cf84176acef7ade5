import { describe, expect, test } from 'vitest';
import type { Field, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { modelWithSettings } from '../sample.ts';

type Texts = Parameters<typeof modelWithSettings>[0];

const withField = (model: TenantModel, name: string, path: string, field: Field): TenantModel => ({
  ...model,
  resources: model.resources.map((resource) =>
    resource.name === name ? { ...resource, fields: new Map([...resource.fields, [path, field]]) } : resource,
  ),
});

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
    const before = {
      ...after,
      resources: after.resources.filter(({ kind }) => kind !== 'connection'),
    };
    expect(securityOf(before, after)).toContainEqual(
      expect.stringMatching(/^rules_loosened: everybody gets in through didit: /),
    );
  });
});
