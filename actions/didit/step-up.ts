import type { FlagName } from './fields.ts';
import { profileIn } from './knowledge.ts';
import type { Knowledge, LoginProfile } from './knowledge.ts';
import { isTooOld } from './policy.ts';
import type { PolicyInput } from './policy.ts';

/**
 * Why a step-up ends a login, with a sentence for the person who signs in. Stable, for applications to act on: they get it as
 * `didit_step_up_needed` and so on.
 */
export const STEP_UP_DENIALS = {
  needed: 'Please sign in again. You will be asked to use Didit.',
  cancelled: 'You did not finish with Didit. Please sign in again.',
  expired: 'This took too long. Please sign in again.',
  refused: 'This sign-in could not be confirmed. Please start again.',
  failed: 'Didit could not be asked. Please sign in again, or try later.',
  other_identity:
    'Another Didit account is linked to yours. Please use that one, or ask the service to unlink it.',
  identity_taken:
    'This Didit account belongs to another account. Please sign in there, or ask the service to unlink it.',
  account_in_use:
    'This Didit account has other sign-ins. Please use one, or ask the service to join your accounts.',
} as const;

export type StepUpReason = keyof typeof STEP_UP_DENIALS;

/** What the application gets. */
export const stepUpCode = (reason: StepUpReason): `didit_step_up_${StepUpReason}` =>
  `didit_step_up_${reason}`;
export type StepUpCode = ReturnType<typeof stepUpCode>;

/** The sentences by what the application gets. */
export const stepUpDenials = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(STEP_UP_DENIALS).map(([reason, sentence]) => [`didit_step_up_${reason}`, sentence]),
  );

/** A known age is not asked for again: it passes by itself, or never. */
const NOT_CURABLE: readonly FlagName[] = ['age_over_18', 'age_over_21'];

/**
 * Whether the rules would keep a person out whom signing in with Didit may get in: each rule that fails is one that Didit can do
 * something about, and no answer of this very login is at hand: where it could not be had, an older record says nothing against
 * asking again. What was refused is not asked for again. The rules themselves are in `policy.ts`; a test holds this to them.
 */
export function canStepUp(input: PolicyInput): boolean {
  const { settings, throughDidit, knowledge } = input;
  const isFree = settings.mode.value === 'off' || (!throughDidit && settings.applyTo.value === 'didit');
  if (isFree || settings.unreadableAt !== undefined) return false;
  if (typeof knowledge === 'string')
    return !throughDidit && (knowledge === 'none' || knowledge === 'not_asked');
  const { fields } = knowledge.record;
  const unmet = settings.require.value.filter((name) => fields[name] !== true);
  return (
    !knowledge.fresh &&
    !unmet.some((name) => NOT_CURABLE.includes(name) && fields[name] === false) &&
    (unmet.length > 0 || isTooOld(input, knowledge))
  );
}

/** What a nested login through Didit says about who has signed in there. */
export interface StepUpAnswer {
  readonly knowledge: Knowledge;
  /** How many identities the user has who has signed in there; 0 where the platform does not tell. */
  readonly identities: number;
}

/** `linked`: the identity is nobody else's, and becomes one of the user's. `renewed`: it is the user's own already. */
export type StepUpVerdict =
  | { readonly outcome: 'linked' | 'renewed'; readonly profile: LoginProfile }
  | { readonly reason: StepUpReason };

export interface StepUpReturn {
  /** The user who is to prove themselves, by Auth0's id. */
  readonly userId: string;
  /** Didit's ids in the identities of that user. */
  readonly subjects: readonly string[];
  /** Whether the platform lists those identities, each with its connection: else there may be one of Didit's among them. */
  readonly listed: boolean;
  /** The user who has signed in through Didit, by Auth0's id. */
  readonly signedIn: string;
  readonly answer: StepUpAnswer;
}

/**
 * What becomes of the identity that has signed in through Didit. It is linked only where the user has none of the Didit
 * connection, and where it is all that its own user is: both accounts have signed in then, and nobody else loses anything.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
export function judgeReturn({ userId, subjects, listed, signedIn, answer }: StepUpReturn): StepUpVerdict {
  const { knowledge, identities } = answer;
  const profile = profileIn(knowledge);
  const subject = profile?.record.subject ?? '';
  const isOwn = signedIn === userId;
  if (knowledge === 'refused_two_identities') return { reason: 'other_identity' };
  if (profile === undefined) return { reason: 'failed' };
  if (subjects.length > 0 && !(isOwn && subjects.includes(subject))) return { reason: 'other_identity' };
  if (isOwn) return { outcome: 'renewed', profile };
  if (!signedIn.endsWith(`|${subject}`)) return { reason: 'identity_taken' };
  if (identities > 1) return { reason: 'account_in_use' };
  return listed && identities === 1 ? { outcome: 'linked', profile } : { reason: 'failed' };
}
