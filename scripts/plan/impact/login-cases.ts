import { ORDINARY_FLOWS } from '../../simulation/outcomes/flows.ts';
import type { OrdinaryFlow } from '../../simulation/outcomes/flows.ts';
import type { LoginApplication, LoginSide } from './login-side.ts';
import { recordAges } from './record-age.ts';
import type { RecordAge } from './record-age.ts';

/** A login that both sides are asked for. */
export interface LoginCase {
  readonly application: string;
  readonly person: string;
  readonly flow: OrdinaryFlow;
  readonly age: RecordAge;
}

/**
 * Each person at each application in every ordinary flow: first logins wherever one side has them, others only where both have them,
 * since of what is new there is nothing to compare with.
 */
export function loginCases(sides: readonly LoginSide[], people: readonly string[]): readonly LoginCase[] {
  const applications = new Set(sides.flatMap((side) => side.applications.map(({ name }) => name)));
  return [...applications].flatMap((application) =>
    ORDINARY_FLOWS.filter(
      (flow) => isFirst(flow) || sides.every((side) => applicationFor(side, application, flow) !== undefined),
    ).flatMap((flow) =>
      recordAges(flow, application, sides).flatMap((age) =>
        people.map((person) => ({ application, person, flow, age })),
      ),
    ),
  );
}

/** The application of a side, if people can get to it in this way. */
export const applicationFor = (
  { applications }: LoginSide,
  application: string,
  { didit }: OrdinaryFlow,
): LoginApplication | undefined =>
  applications.find(({ name, enabled }) => name === application && (enabled || didit === 'elsewhere'));

/** Whether Didit has never been asked for this person before. */
export const isFirst = ({ didit, returning }: OrdinaryFlow): boolean => didit === 'asked' && !returning;
