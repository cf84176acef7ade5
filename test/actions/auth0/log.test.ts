import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logLine } from '../../../actions/auth0/log.ts';
import { parseJson } from '../../../actions/didit/json.ts';

/** Auth0 keeps 256 characters of an Action's log. */
const KEPT = 256;

test('a line tells action, outcome, codes, source, milliseconds and the transaction', () => {
  const line = logLine('didit-claims', { outcome: 'set', codes: ['a'], source: 'event' }, 12.6, 'txn_1');
  expect(parseJson(line)).toEqual({
    action: 'didit-claims',
    outcome: 'set',
    codes: ['a'],
    source: 'event',
    ms: 13,
    id: 'txn_1',
  });
});

test.each(['john@example.com', 'oauth2|didit|subject', 'with space', 'x'.repeat(65), '', 7, undefined])(
  'an id that is not plainly one stays out: %j',
  (id) => {
    expect(parseJson(logLine('a', { outcome: 'b', codes: [], source: undefined }, 0, id))).toEqual({
      action: 'a',
      outcome: 'b',
      codes: [],
      ms: 0,
    });
  },
);

test('codes that do not fit are counted', () => {
  const codes = Array.from({ length: 20 }, (_, index) => `didit_some_long_code_${index}@organization`);
  const line = logLine(
    'didit-access-policy',
    { outcome: 'deny', codes, source: 'management' },
    5,
    'x'.repeat(64),
  );
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(KEPT);
  expect(parseJson(line)).toEqual({
    action: 'didit-access-policy',
    outcome: 'deny',
    codes: codes.slice(0, 2),
    more: 18,
    source: 'management',
    ms: 5,
    id: 'x'.repeat(64),
  });
});

test.each([
  { bytes: 256, kept: 2 },
  { bytes: 257, kept: 1 },
])('a line of $bytes bytes with two codes keeps $kept of them', ({ bytes, kept }) => {
  const report = (second: string) => ({ outcome: 'o', codes: ['a', second], source: undefined });
  const line = (second: string) => logLine('x', report(second), 0, undefined);
  const second = 'b'.repeat(bytes - line('').length);
  const parsed = parseJson(line(second));
  expect(parsed).toEqual(
    kept === 2
      ? { action: 'x', outcome: 'o', codes: ['a', second], ms: 0 }
      : { action: 'x', outcome: 'o', codes: ['a'], more: 1, ms: 0 },
  );
});

test('no line is longer than Auth0 keeps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z_@0-9]{1,60}$/), { maxLength: 30 }),
      fc.string(),
      (codes, id) => {
        const line = logLine(
          'didit-access-policy',
          { outcome: 'would_deny', codes, source: 'management' },
          99_999,
          id,
        );
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(KEPT);
        expect(line).not.toContain('\n');
      },
    ),
  );
});
