import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { own } from '../didit/json.ts';
import { readLoginProfile, writeLoginProfile } from '../didit/login-profile.ts';
import type { LoginProfile } from '../didit/login-profile.ts';
import { RECORD_KEY, readRecord } from '../didit/record.ts';
import { diditConnection } from './didit-connection.ts';
import { eventPart, eventText } from './event.ts';
import { identitiesOf } from './provenance.ts';

/** The key of the transaction metadata that carries a login's profile from the first Action to the later ones. */
export const TRANSACTION_KEY = 'didit_login';

/** What the first Action leaves when it looked and found nothing that may be used. */
const NOTHING = 'none';

/**
 * Hands a login's profile on: at most half of the 8 kB that a value may have. Where that is not possible, the later Actions read
 * the stored record themselves.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */
export function shareProfile(
  transaction: PostLoginAPI['transaction'],
  profile: LoginProfile | undefined,
): boolean {
  try {
    transaction.setMetadata(TRANSACTION_KEY, profile === undefined ? NOTHING : writeLoginProfile(profile));
    return true;
  } catch {
    return false;
  }
}

/**
 * The profile for a later Action: what the first one handed on, else the stored record of one of the user's own Didit
 * identities.
 */
export function sharedProfile(event: Event): LoginProfile | undefined {
  const text = own(eventPart(event, 'transaction', 'metadata'), TRANSACTION_KEY);
  if (text === NOTHING) return undefined;
  return readLoginProfile(text) ?? storedProfile(event);
}

function storedProfile(event: Event): LoginProfile | undefined {
  const stored = readRecord(own(eventPart(event, 'user', 'app_metadata'), RECORD_KEY));
  return stored.kind === 'record'
    ? ofThisUser(event, { source: 'record', fresh: false, record: stored.record })
    : undefined;
}

/** The profile, if its subject is one of the user's own: what is left of an identity that was unlinked speaks for nobody. */
export function ofThisUser(event: Event, profile: LoginProfile | undefined): LoginProfile | undefined {
  const userId = eventText(event, 'user', 'user_id') ?? '';
  const identities = identitiesOf(eventPart(event, 'user'), userId, diditConnection(event));
  return identities.some(({ subject }) => subject === profile?.record.subject) ? profile : undefined;
}
