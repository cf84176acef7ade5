import { aged, withAgedProfile } from '../login-simulation/aged-user.ts';
import type { SimulatedLogin, SimulatedUser } from '../login-simulation/simulated-login.ts';
import type { SimulatedOutcome } from '../login-simulation/outcome.ts';
import type { OutcomeFlow } from './flows.ts';

/** A user, and when the person last came back from the connection: milliseconds since the epoch. */
export interface UserAt {
  readonly user: SimulatedUser;
  readonly at: number;
}

/** The user after a login. */
export const afterLogin = ({ user, at }: UserAt, { user: metadata }: SimulatedOutcome): UserAt => ({
  user: { ...user, ...metadata, logins_count: 2 },
  at,
});

/** What a login of a flow begins with. */
export interface FlowUsers {
  /** As Didit has just described the person. `at` is when it was asked. */
  readonly asked: UserAt;
  /** As the earlier login left the user. Of a flow of somebody who returns. */
  readonly kept: UserAt | undefined;
  /** How long ago the earlier login was, milliseconds. */
  readonly age: number;
}

/** The login of a flow at this moment: who, since when, and what is there to answer. @param now Milliseconds since the epoch. */
export function flowLogin(flow: OutcomeFlow, users: FlowUsers, now: number): Partial<SimulatedLogin> {
  const { user, at } = userFor(flow, users, now - (flow.heldFor ?? 0));
  return { ...flow.login(user), authenticatedAt: at };
}

/** @param step When the person came back from the connection, if that is part of this flow. */
function userFor({ returning, didit }: OutcomeFlow, { asked, kept, age }: FlowUsers, step: number): UserAt {
  const profile = withAgedProfile(asked.user, asked.at - step);
  if (!returning || kept === undefined) return { user: profile, at: step };
  const before = aged(kept.user, kept.at - (step - age));
  if (didit === 'kept') return { user: before, at: step - age };
  return { user: didit === 'asked' ? withNewProfile(before, profile) : before, at: step };
}

/**
 * The user when Didit sends a new profile: what is kept under the same id stays.
 * @param kept What an earlier login left.
 */
export const withNewProfile = (kept: SimulatedUser, profile: SimulatedUser): SimulatedUser =>
  kept.user_id === profile.user_id
    ? { ...profile, app_metadata: kept.app_metadata ?? {}, user_metadata: kept.user_metadata ?? {}, logins_count: kept.logins_count ?? 1 }
    : profile;
