import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_NAMES } from '../../../actions/didit/fields.ts';
import type { Knowledge } from '../../../actions/didit/knowledge.ts';
import { DENIALS } from '../../../actions/didit/policy-codes.ts';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { NOW, loginProfile } from './login-profiles.ts';

const DAY = 86_400_000;

describe('whatever the settings and the profile', () => {
  const word = fc.constantFrom(
    'require=verified',
    'require=age_over_18,verified',
    'require=nonsense',
    'max_age=1d',
    'apply_to=all',
    'on_unavailable=allow',
    'mode=report',
    'mode=off',
    'nonsense',
  );
  const text = fc.option(
    fc.oneof(
      fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
      fc.anything(),
    ),
    { nil: undefined },
  );
  const profile: fc.Arbitrary<Knowledge> = fc.oneof(
    fc.constantFrom('failed', 'not_asked', 'none', 'refused', 'refused_two_identities'),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom(...FLAG_NAMES), fc.boolean()),
        fc.integer({ min: 0, max: 90 * DAY }),
        fc.boolean(),
      )
      .map(([fields, age, fresh]) => loginProfile(fields, age, fresh)),
  );

  test('the evaluation never throws, explains itself, and is the same each time', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        profile,
        fc.boolean(),
        (connection, client, organization, knowledge, throughDidit) => {
          const input = {
            settings: readPolicySettings({ connection, client, organization }),
            throughDidit,
            knowledge,
            authenticatedAt: NOW,
            now: NOW,
          };
          const evaluation = evaluatePolicy(input);
          const failed = evaluation.rules.filter(({ outcome }) => outcome === 'failed');
          expect(evaluation.decision === 'allow').toBe(failed.length === 0);
          expect(evaluation.code).toBe(failed[0]?.code);
          expect(evaluatePolicy(input)).toEqual(evaluation);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('who is let in met every requirement, unless the answer could not be had and the settings waive that', () => {
    fc.assert(
      fc.property(
        fc.subarray([...FLAG_NAMES], { minLength: 1 }),
        profile,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (names, knowledge, allow, throughDidit, uncertain) => {
          const client = `require=${names.join(',')} apply_to=all max_age=none${allow ? ' on_unavailable=allow' : ''}`;
          const { decision } = evaluatePolicy({
            settings: readPolicySettings({ client }),
            throughDidit,
            uncertain,
            knowledge,
            authenticatedAt: NOW,
            now: NOW,
          });
          const meets =
            typeof knowledge === 'string'
              ? knowledge === 'failed' && allow && throughDidit
              : names.every((name) => knowledge.record.fields[name] === true) &&
                ((throughDidit && !uncertain) ||
                  knowledge.fresh ||
                  NOW - knowledge.record.syncedAt <= 30 * DAY);
          expect(decision === 'allow').toBe(meets);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('sentences are fit for a callback: short, plain, without a colon', () => {
  for (const [code, sentence] of Object.entries(DENIALS)) {
    expect(code).toMatch(/^didit_[a-z_0-9]+$/);
    expect(sentence).toMatch(/^[A-Z][A-Za-z0-9 .,]{10,120}\.$/);
  }
});
