import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Binding } from '../../scripts/tenant-model/merge-bindings.ts';
import { bindingsBefore } from '../../scripts/undo/put-back-bindings.ts';
import { putBackAction } from '../../scripts/undo/put-back-action.ts';
import type { ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const NOWHERE: TenantState = {
  clients: [],
  connections: [],
  actions: [],
  bindings: [],
  resourceServers: [],
  clientGrants: [],
};
const OURS = ['a', 'b', 'c'];
const FOREIGN = ['x', 'y', 'z'];
const bind = (names: readonly string[]): readonly Binding[] => names.map((action_name) => ({ action_name }));
const namesOf = (bindings: readonly Binding[]): readonly string[] =>
  bindings.map(({ action_name }) => action_name);

const content = (code: string, secretsFrom: string) => ({
  code,
  runtime: 'node22',
  dependencies: [],
  secrets: [{ name: 'KEY', updated_at: secretsFrom }],
});
const action = (
  draft: ReturnType<typeof content>,
  deployed?: ReturnType<typeof content> & { readonly versionId: string },
): ActionState => ({
  id: 'act_1',
  name: 'a',
  supportedTriggers: [],
  status: 'built',
  draft,
  deployed,
});

describe('bindings that are put back', () => {
  const state = (bound: readonly string[]) => ({
    bindings: bind(bound),
    actions: [...OURS, ...FOREIGN].map((name) => ({ ...action(content('', '')), name })),
  });

  test('are exactly as before when other teams did not change theirs', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...OURS, ...FOREIGN]), fc.shuffledSubarray(OURS), (before, wanted) => {
        const foreign = before.filter((name) => FOREIGN.includes(name));
        const { bindings, missing } = bindingsBefore(bind(before), OURS, state([...foreign, ...wanted]));
        expect(namesOf(bindings)).toEqual(before);
        expect(missing).toEqual([]);
      }),
    );
  });

  test('keep what other teams made of theirs meanwhile', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...OURS, ...FOREIGN]),
        fc.shuffledSubarray([...OURS, ...FOREIGN]),
        (before, now) => {
          const bindings = namesOf(bindingsBefore(bind(before), OURS, state(now)).bindings);
          expect(bindings.filter((name) => FOREIGN.includes(name))).toEqual(
            now.filter((name) => FOREIGN.includes(name)),
          );
          expect(bindings.filter((name) => OURS.includes(name)).toSorted()).toEqual(
            before.filter((name) => OURS.includes(name)).toSorted(),
          );
        },
      ),
    );
  });
});

test('bindings of Actions that are gone cannot be put back, and those of ours are named', () => {
  const actions = ['a', 'x'].map((name) => ({ ...action(content('', '')), name }));
  const was = bind(['a', 'b', 'x', 'y']);
  expect(bindingsBefore(was, OURS, { actions, bindings: bind(['x']) })).toEqual({
    bindings: bind(['a', 'x']),
    missing: ['b'],
  });
});

describe('an Action that is put back', () => {
  const before = action(content('old', 'monday'), { ...content('old', 'monday'), versionId: 'ver_1' });
  const now = (changed: ActionState): TenantState => ({ ...NOWHERE, actions: [changed] });
  const back = (changed: ActionState, redeployed: readonly string[] = []) =>
    putBackAction({ name: 'a', before }, now(changed), { redeployed: new Set(redeployed) });

  test('is left alone when it is as before', () => {
    expect(back(before)).toEqual({ operations: [], impossible: [] });
  });

  test('runs its earlier version again, whose secrets nobody has to know', () => {
    const changed = action(content('new', 'tuesday'), { ...content('new', 'tuesday'), versionId: 'ver_2' });
    expect(back(changed).operations).toEqual([
      {
        what: 'Action a: the version that ran before',
        method: 'POST',
        path: '/actions/actions/act_1/versions/ver_1/deploy',
        body: { update_draft: true },
      },
    ]);
  });

  test('does so too when only secrets of its draft were written', () => {
    const changed = action(content('old', 'tuesday'), { ...content('old', 'monday'), versionId: 'ver_1' });
    expect(back(changed).operations).toHaveLength(1);
    expect(back(changed, ['ver_1']).operations).toEqual([]);
    // Another secret is no other date of one.
    const more = { ...content('old', 'monday'), secrets: [{ name: 'MORE', updated_at: 'monday' }] };
    const other = action(content('old', 'monday'), { ...more, versionId: 'ver_3' });
    expect(back(other, ['ver_1']).operations).toMatchObject([{ method: 'POST' }]);
  });

  test('gets its draft back when only that was written', () => {
    const changed = action(content('new', 'monday'), { ...content('old', 'monday'), versionId: 'ver_1' });
    expect(back(changed).operations).toEqual([
      {
        ...{ what: 'Action a: its draft', method: 'PATCH', path: '/actions/actions/act_1' },
        body: { code: 'old', runtime: 'node22', dependencies: [] },
      },
    ]);
  });

  test.each(['KEY', 'OTHER'])(
    'has lost secrets of its draft that never ran, and says so as long as they are not there: %s',
    (name) => {
      const draft = { ...content('old', ''), secrets: [{ name, updated_at: 'tuesday' }] };
      const put = (changed: ActionState, redeployed: readonly string[] = []) =>
        putBackAction({ name: 'a', before: { ...before, draft } }, now(changed), {
          redeployed: new Set(redeployed),
        });
      const lost = ['Action a: secrets that were changed in its draft and never deployed'];
      const changed = action(content('new', 'friday'), { ...content('new', 'friday'), versionId: 'ver_2' });
      expect(put(changed)).toMatchObject({ operations: [{ method: 'POST' }], impossible: lost });
      const again = action(content('old', 'friday'), { ...content('old', 'friday'), versionId: 'ver_3' });
      expect(put(again, ['ver_1'])).toEqual({ operations: [], impossible: lost });
      expect(put({ ...before, draft })).toEqual({ operations: [], impossible: [] });
    },
  );

  test('that never ran gets all of its draft back that can be sent', () => {
    const made = action(content('old', 'monday'));
    const put = (changed: ActionState) =>
      putBackAction({ name: 'a', before: made }, now(changed), { redeployed: new Set() });
    const secrets = [{ name: 'OTHER', updated_at: 'friday' }];
    const changed = action({ ...content('new', ''), secrets }, { ...content('new', ''), versionId: 'ver_1' });
    const impossible = ['Action a stays deployed, bound to nothing', 'Action a: the secrets of its draft'];
    expect(put(changed)).toMatchObject({
      operations: [{ method: 'PATCH', body: { code: 'old' } }],
      impossible,
    });
    expect(put({ ...changed, draft: { ...content('old', ''), secrets } })).toEqual({
      operations: [],
      impossible,
    });
    expect(put(action(content('new', 'monday')))).toMatchObject({
      operations: [{ method: 'PATCH' }],
      impossible: [],
    });
    expect(put(made)).toEqual({ operations: [], impossible: [] });
  });

  test('is removed when it was not there, and missed when somebody else removed it', () => {
    expect(putBackAction({ name: 'a' }, now(before), { redeployed: new Set() }).operations).toMatchObject([
      { method: 'DELETE', path: '/actions/actions/act_1?force=true' },
    ]);
    expect(putBackAction({ name: 'a', before }, NOWHERE, { redeployed: new Set() }).impossible).toEqual([
      'Action a was removed by somebody else',
    ]);
  });
});
