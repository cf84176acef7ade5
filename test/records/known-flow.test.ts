import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowOnTenant, isKnownFlow, otherActionFindings } from '../../scripts/records/known-flow.ts';
import type { KnownAction } from '../../scripts/records/known-flow.ts';

const OWN = new Set(['didit-profile-sync', 'didit-access-policy', 'didit-claims']);
const ours = (...names: readonly string[]): readonly KnownAction[] =>
  names.map((action) => ({ action, sha256: null }));
const SYNC = ours('didit-profile-sync');
const POLICY = ours('didit-access-policy');
const CLAIMS = ours('didit-claims');
const other = (action: string, sha256: string | null = 'as it was'): readonly KnownAction[] => [
  { action, sha256 },
];

const LEFT = [...other('risk'), ...SYNC, ...POLICY, ...other('audit'), ...CLAIMS];
const found = (
  now: readonly KnownAction[],
  known: readonly KnownAction[] | undefined = LEFT,
  listed?: readonly string[],
) => otherActionFindings(now, OWN, known, listed).map(({ action, what }) => [action, what]);

describe('what is found of others in the login flow', () => {
  test.each<[string, readonly KnownAction[], readonly (readonly string[])[]]>([
    ['an Action that was not there', [...LEFT, ...other('mailer')], [['mailer', 'new']]],
    [
      'one that was not there and was never deployed',
      [...LEFT, ...other('mailer', null)],
      [['mailer', 'new']],
    ],
    ['other code of one that was', [...other('risk', 'other code'), ...LEFT.slice(1)], [['risk', 'changed']]],
    [
      'one that went behind the rules',
      [...SYNC, ...POLICY, ...other('risk'), ...other('audit'), ...CLAIMS],
      [['risk', 'moved']],
    ],
    [
      'two that changed places',
      [...SYNC, ...other('audit'), ...POLICY, ...other('risk'), ...CLAIMS],
      [
        ['audit', 'moved'],
        ['risk', 'moved'],
      ],
    ],
    ['one that is gone', LEFT.slice(1), [['risk', 'gone']]],
    [
      'one that was replaced by its like under another name',
      [...other('risk2'), ...LEFT.slice(1)],
      [
        ['risk2', 'new'],
        ['risk', 'gone'],
      ],
    ],
  ])('is %s', (_what, now, expected) => {
    expect(found(now)).toEqual(expected);
  });

  test('is nothing where the flow is as the last deploy left it, or only ours changed', () => {
    expect(found(LEFT)).toEqual([]);
    expect(found([...other('risk'), ...SYNC, ...POLICY, ...other('audit')])).toEqual([]);
  });

  test('is nothing where nobody knows how it was', () => {
    expect(otherActionFindings(LEFT, OWN, undefined, undefined)).toEqual([]);
  });

  test('is what tenant.yaml does not name, where it names some, on a machine that knows of no deploy', () => {
    const unknown = (listed: readonly string[]) =>
      otherActionFindings(LEFT, OWN, undefined, listed).map(({ action }) => action);
    expect(unknown(['risk', 'audit'])).toEqual([]);
    expect(unknown(['risk'])).toEqual(['audit']);
    expect(unknown([])).toEqual(['risk', 'audit']);
  });

  test('is not a new one that tenant.yaml names; but other code of it is, once a deploy has seen it', () => {
    expect(found([...LEFT, ...other('mailer')], LEFT, ['mailer'])).toEqual([]);
    expect(found([...other('risk', 'other code'), ...LEFT.slice(1)], LEFT, ['risk', 'audit'])).toEqual([
      ['risk', 'changed'],
    ]);
  });

  test('is other code of one that was ours, and the same code of it is not', () => {
    const known = [...LEFT, { action: 'didit-greeting', sha256: 'as we left it' }];
    expect(found([...LEFT, ...other('didit-greeting', 'as we left it')], known)).toEqual([]);
    expect(found([...LEFT, ...other('didit-greeting', 'other code')], known)).toEqual([
      ['didit-greeting', 'changed'],
    ]);
  });

  test('is a module on one of ours, another version of it, and one on somebody else’s', () => {
    const withModule = (name: string, ...modules: readonly string[]): readonly KnownAction[] =>
      LEFT.map((one) => (one.action === name ? { ...one, modules } : one));
    const onClaims = withModule('didit-claims', 'rules 3');
    expect(found(onClaims)).toEqual([['didit-claims', 'module']]);
    expect(found(onClaims, onClaims)).toEqual([]);
    expect(found(withModule('didit-claims', 'rules 4'), onClaims)).toEqual([['didit-claims', 'module']]);
    expect(found(LEFT, onClaims)).toEqual([['didit-claims', 'module']]);
    expect(found(withModule('risk', 'rules 3'))).toEqual([['risk', 'changed']]);
    expect(otherActionFindings(onClaims, OWN, undefined, undefined)).toEqual([
      { action: 'didit-claims', what: 'module' },
    ]);
  });

  test('is code of one that had none', () => {
    expect(
      found([...other('risk', 'code'), ...LEFT.slice(1)], [...other('risk', null), ...LEFT.slice(1)]),
    ).toEqual([['risk', 'changed']]);
  });

  const name = fc.constantFrom(
    'risk',
    'audit',
    'mailer',
    'didit-profile-sync',
    'didit-access-policy',
    'didit-claims',
  );
  const flow = fc
    .uniqueArray(name, { maxLength: 6 })
    .chain((names) =>
      fc.tuple(
        ...names.map((action) =>
          fc.record({ action: fc.constant(action), sha256: fc.constantFrom('one', 'two', null) }),
        ),
      ),
    );

  test('is nothing exactly where others’ Actions are the same, run the same code, and have the same ones before them', () => {
    fc.assert(
      fc.property(flow, flow, (before, now) => {
        const others = (list: readonly KnownAction[]) => list.filter(({ action }) => !OWN.has(action));
        const both = (list: readonly KnownAction[], against: readonly KnownAction[]) =>
          list
            .filter(({ action }) => against.some((one) => one.action === action))
            .map(({ action }) => action);
        const sameCode = new Map(others(before).map(({ action, sha256 }) => [action, sha256]));
        const isSame =
          others(now).length === others(before).length &&
          others(now).every(
            ({ action, sha256 }) => sameCode.has(action) && sameCode.get(action) === sha256,
          ) &&
          // Pairs in the other order, one of them somebody else's.
          both(before, now).every((one, index, order) =>
            order
              .slice(index + 1)
              .every(
                (later) =>
                  (OWN.has(one) && OWN.has(later)) ||
                  both(now, before).indexOf(one) < both(now, before).indexOf(later),
              ),
          );
        expect(otherActionFindings(now, OWN, before, undefined).length === 0).toBe(isSame);
      }),
    );
  });
});

test('the flow of a tenant tells code apart and says nothing about it', () => {
  const content = (code: string) => ({ code, runtime: 'node22', dependencies: [], secrets: [] });
  const action = (actionName: string, code: string) => ({
    id: actionName,
    name: actionName,
    supportedTriggers: [],
    status: 'built',
    draft: content('a draft'),
    deployed: { ...content(code), versionId: '1' },
  });
  const flowWith = (code: string) =>
    flowOnTenant({
      bindings: [
        { action_name: 'risk', display_name: 'Risk' },
        { action_name: 'didit-claims', display_name: 'Claims' },
      ],
      actions: [action('risk', code), action('didit-claims', code)],
    });
  expect(flowWith('one')[0]?.sha256).not.toBe(flowWith('two')[0]?.sha256);
  expect(flowWith('one')[1]).toEqual({ action: 'didit-claims', sha256: flowWith('one')[0]?.sha256 });
  expect(JSON.stringify(flowWith('one'))).not.toContain('"one"');
  expect(isKnownFlow(JSON.parse(JSON.stringify(flowWith('one'))))).toBe(true);
});

test.each([[{}], [[{}]], [[{ action: 1, sha256: null }]], [[{ action: 'risk', sha256: 1 }]], [null], ['x']])(
  'a file that holds %j is not a flow',
  (content) => {
    expect(isKnownFlow(content)).toBe(false);
  },
);
