import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_LOG_BYTES, logLine } from '../../../actions/auth0/log.ts';
import { parseJson } from '../../../actions/didit/json.ts';

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
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LOG_BYTES);
  const parsed = parseJson(line);
  expect(parsed).toMatchObject({ codes: codes.slice(0, 2), more: 18 });
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
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LOG_BYTES);
        expect(line).not.toContain('\n');
      },
    ),
  );
});
