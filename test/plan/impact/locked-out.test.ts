import { expect, test } from 'vitest';
import { IMPACT_FLOWS } from '../../../scripts/plan/impact/login-cases.ts';
import { lockedOut } from '../../../scripts/plan/impact/locked-out.ts';
import type { LoginResult } from '../../../scripts/plan/impact/login-result.ts';
import { USUAL_AGE } from '../../../scripts/plan/impact/record-age.ts';

type Outcome = LoginResult['outcome'];

const [FIRST] = IMPACT_FLOWS;
const result = (outcome: Outcome): LoginResult => ({
  outcome,
  code: outcome === 'denied' ? 'didit_connection_required' : undefined,
  facts: new Map(),
  hosts: [],
});

/** First logins of as many people, all of whom get in before. */
const found = (...after: readonly Outcome[]) =>
  lockedOut(
    after.flatMap((outcome, index) =>
      FIRST === undefined
        ? []
        : {
            ...{ connection: 'didit', application: 'Shop', person: `person ${index}`, flow: FIRST },
            ...{ age: USUAL_AGE, before: result('allowed'), after: result(outcome) },
          },
    ),
  ).map(({ application }) => application);

test.each<[string, readonly Outcome[], boolean]>([
  ['everybody is denied', ['denied', 'denied'], true],
  ['a login fails, and the application is closed to the others', ['failed', 'not possible'], true],
  ['the profile script turns everybody away', ['turned away', 'turned away'], true],
  ['one of them gets in', ['denied', 'allowed'], false],
  ['all are asked to sign in with Didit, and go on then', ['asked to sign in with Didit'], false],
  ['one of them is asked', ['denied', 'asked to sign in with Didit'], false],
  ['an Action sends them somewhere', ['redirected', 'redirected'], false],
])('an application locks people out or not where %s', (_where, after, expected) => {
  expect(found(...after)).toEqual(expected ? ['Shop'] : []);
});
