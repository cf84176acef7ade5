import { isDeepStrictEqual } from 'node:util';
import { FIRST_LOGIN, OUTCOME_FLOWS } from '../../simulation/outcomes/flows.ts';
import type { OutcomeFlow } from '../../simulation/outcomes/flows.ts';
import type { LoginApplication, LoginSide } from './login-side.ts';
import { recordAges } from './record-age.ts';
import type { RecordAge } from './record-age.ts';

/**
 * The flows that a plan looks at. What people share is what each side's own connection asks for, and how old a record is follows
 * from the limits that the rules of either side name.
 */
export const IMPACT_FLOWS: readonly OutcomeFlow[] = OUTCOME_FLOWS.filter(
  ({ scopes, recordAge }) => scopes === undefined && recordAge === undefined,
);

/** A login that both sides are asked for. */
export interface LoginCase {
  readonly application: string;
  readonly person: string;
  readonly flow: OutcomeFlow;
  readonly age: RecordAge;
}

/**
 * Each person at each application in every flow: first logins wherever one side has them, others only where both have them, since
 * of what is new there is nothing to compare with. Where all else is the same, nothing can change at an application that is.
 *
 * Settings cannot tell one failure of the Management API from another, code can: others than `down` are run where the sides' code
 * differs. In the one that takes its time nothing is read of anybody, so one person stands for all.
 */
export function loginCases(sides: readonly LoginSide[], people: readonly string[]): readonly LoginCase[] {
  const names = new Set(sides.flatMap((side) => side.applications.map(({ name }) => name)));
  const isAllElseTheSame = areSame(sides.map((side) => ({ ...side, applications: [] })));
  const applications = [...names].filter(
    (name) =>
      !isAllElseTheSame ||
      !areSame(sides.map((side) => side.applications.filter((application) => application.name === name))),
  );
  const hasSameCode = new Set(sides.map(({ actions }) => JSON.stringify(actions))).size === 1;
  return applications.flatMap((application) =>
    IMPACT_FLOWS.filter(
      (flow) =>
        (isFirst(flow) || sides.every((side) => applicationFor(side, application, flow) !== undefined)) &&
        !(hasSameCode && isFurtherFailure(flow)),
    ).flatMap((flow) =>
      recordAges(flow, application, sides).flatMap((age) =>
        (isSlow(flow) ? people.slice(0, 1) : people).map((person) => ({
          application,
          person,
          flow,
          age,
        })),
      ),
    ),
  );
}

const areSame = ([first, ...others]: readonly unknown[]): boolean =>
  others.every((other) => isDeepStrictEqual(first, other));

/** Whether the Management API never answers. */
export const isSlow = ({ failure }: OutcomeFlow): boolean => failure === 'slow';

/** Whether the Management API fails otherwise than by being down. */
export const isFurtherFailure = ({ failure }: OutcomeFlow): boolean =>
  failure !== undefined && failure !== 'down';

/** The application of a side, if people can get to it in this way. */
export const applicationFor = (
  { applications }: LoginSide,
  application: string,
  { didit }: OutcomeFlow,
): LoginApplication | undefined =>
  applications.find(({ name, enabled }) => name === application && (enabled || didit === 'elsewhere'));

/** The plain first login, with which all others are compared. */
export const isFirst = ({ label }: OutcomeFlow): boolean => label === FIRST_LOGIN;
