import { aged, withAgedProfile } from '../aged-user.ts';
import type { SimulatedConnection, SimulatedLogin, SimulatedUser } from '../simulated-login.ts';
import type { SimulatedOutcome } from '../outcome.ts';
import type { OutcomeFlow } from './flows.ts';

/** A user, and when the person last came back from the connection: milliseconds since the epoch. */
export interface UserAt {
  readonly user: SimulatedUser;
  readonly at: number;
}

/** What a login of a flow begins with. */
export interface FlowUsers {
  /** As Didit has just described the person. `at` is when it was asked. */
  readonly asked: UserAt;
  /** As the earlier login left the user. Of a flow of somebody who returns. */
  readonly kept: UserAt | undefined;
  /** How long ago the earlier login was, milliseconds. */
  readonly age: number;
}

export type FlowLogin = SimulatedLogin & Required<Pick<SimulatedLogin, 'user' | 'authenticatedAt'>>;

/**
 * A login of a flow at this moment. Its settings are those of the Didit connection unless it names another one.
 * @param now Milliseconds since the epoch.
 */
export function flowLogin(flow: OutcomeFlow, users: FlowUsers, now: number): FlowLogin {
  const { user, at } = userFor(flow, users, now - (flow.heldFor ?? 0));
  return { user, ...flow.login(user), authenticatedAt: at };
}

/** @param step When the person came back from the connection, if that is part of this flow. */
function userFor({ returning, didit }: OutcomeFlow, { asked, kept, age }: FlowUsers, step: number): UserAt {
  const profile = withAgedProfile(asked.user, asked.at - step);
  if (!returning || kept === undefined) return { user: profile, at: step };
  const before = aged(kept.user, kept.at - (step - age));
  if (didit === 'kept') return { user: before, at: step - age };
  return { user: didit === 'asked' ? withNewProfile(before, profile) : before, at: step };
}

/** The user after a login. */
export const afterLogin = ({ user, at }: UserAt, { user: metadata }: SimulatedOutcome): UserAt => ({
  user: { ...user, ...metadata, logins_count: 2 },
  at,
});

/**
 * The user when Didit sends a new profile: what is kept under the same id stays.
 * @param kept What an earlier login left.
 */
export const withNewProfile = (kept: SimulatedUser, profile: SimulatedUser): SimulatedUser =>
  kept.user_id === profile.user_id
    ? { ...kept, root: profile.root ?? {}, ...(profile.identities && { identities: profile.identities }) }
    : profile;

/** The connection with another time to wait for the Management API, such as `1s`. */
export function withManagementTimeout(connection: SimulatedConnection, timeout: string): SimulatedConnection {
  const others = (connection.metadata?.['didit_sync'] ?? '')
    .split(/\s+/)
    .filter((setting) => setting !== '' && !setting.startsWith('management_timeout='));
  return {
    ...connection,
    metadata: {
      ...connection.metadata,
      didit_sync: [...others, `management_timeout=${timeout}`].join(' '),
    },
  };
}
