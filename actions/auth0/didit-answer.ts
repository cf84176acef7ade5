import type { Event } from '@auth0/actions/post-login/v3';
import type { Fields } from '../didit/fields.ts';
import { profileIn } from '../didit/knowledge.ts';
import { takeOver } from './handover.ts';

/** What Didit says of a person, as the login goes by it. */
export interface DiditAnswer {
  /** What is not known is absent, which is not the same as `false`. */
  readonly fields: Fields;
  /** When Didit was asked, milliseconds since the epoch. */
  readonly askedAt: number;
  /** Whether that was in this very login. */
  readonly fresh: boolean;
}

/**
 * Didit's answer, for an Action of your own that is bound after `didit-profile-sync`. It needs the secrets `DIDIT_CONNECTION`
 * and `DIDIT_HANDOVER_KEY`, as our Actions have them in `tenant.yaml`: whoever reads `app_metadata.didit` instead trusts
 * everybody who may write there. The rules of `didit_policy` are not applied here, and `fields` of `didit_sync` says what can be
 * in it.
 *
 * @returns `undefined` where nothing is known: the person has no Didit identity, or the answer could not be had.
 * @example
 * const didit = readDiditAnswer(event);
 * if (didit?.fields.age_over_21 !== true) api.access.deny('under_21: You must be 21 or older.');
 * @see docs/testing.md#your-own-action
 */
export function readDiditAnswer(event: Event): DiditAnswer | undefined {
  const profile = profileIn(takeOver(event).knowledge);
  if (profile === undefined) return undefined;
  const { record, fresh } = profile;
  return { fields: record.fields, askedAt: record.syncedAt, fresh };
}
