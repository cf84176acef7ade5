import { expect, test } from 'vitest';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import type { Resource, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { sample } from '../sample.ts';

/** Times that somebody looks at a resource, while the effects of a connection with so many applications are worked out. */
function looksAt(count: number): number {
  const { model } = sample();
  const names = Array.from({ length: count }, (_, index) => `App ${index}`);
  let looks = 0;
  const watched = (mode: string): TenantModel => {
    const resources = [
      ...model.resources.map((resource) =>
        resource.kind === 'connection'
          ? {
              ...resource,
              fields: new Map([
                ...resource.fields,
                ['enabled_clients', { kind: 'set', items: names }] as const,
                ['metadata.didit_policy', { kind: 'settings', key: 'didit_policy', text: mode }] as const,
              ]),
            }
          : resource,
      ),
      ...names.flatMap((name): readonly Resource[] => [
        { kind: 'application', name, fields: new Map() },
        { kind: 'grant', name: `${name} → https://api.example.com/`, fields: new Map() },
      ]),
    ];
    return {
      ...model,
      resources: resources.map(
        (resource) =>
          new Proxy(resource, {
            get: (one, property: keyof Resource) => {
              looks += 1;
              return one[property];
            },
          }),
      ),
    };
  };
  const effects = settingsEffects({ before: watched('mode=enforce'), after: watched('mode=off') });
  expect(effects.filter(({ what }) => what === 'rules').length).toBeGreaterThanOrEqual(count);
  return looks;
}

test('what there is to do grows with the applications, not with their square: a tenant may have thousands', () => {
  const [some, more] = [looksAt(30), looksAt(120)];
  expect(more).toBeLessThan(some * 8);
});
