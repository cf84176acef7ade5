import type { FlagName } from './fields.ts';
import { MAX_CLOCK_SKEW_MILLISECONDS } from './calendar.ts';
import { profileIn } from './knowledge.ts';
import type { Knowledge, LoginProfile, WhyNothing } from './knowledge.ts';
import { requirementDenials } from './policy-codes.ts';
import type { DenialCode } from './policy-codes.ts';
import type { PolicySettings } from './settings/policy-settings.ts';
import type { Level, Resolved } from './settings/resolve.ts';

/** The oldest record that stands for a Didit login where none is seen and no `max_age` is set: 30 days. */
export const FOREIGN_MAX_AGE_MILLISECONDS = 30 * 86_400_000;

/** One rule, what came of it, and which setting at which level asked for it. */
export interface RuleOutcome {
  readonly rule: 'settings' | 'connection' | 'profile' | 'max_age' | FlagName;
  readonly outcome: 'passed' | 'failed' | 'waived';
  /** Of a rule that failed. */
  readonly code?: DenialCode;
  readonly setting: 'didit_policy' | 'apply_to' | 'on_unavailable' | 'max_age' | 'require';
  readonly level: Level | 'default';
}

export interface PolicyEvaluation {
  /** `report`: the rules would have denied; the settings say that nobody is kept out. */
  readonly decision: 'allow' | 'deny' | 'report';
  /** Of the first rule that failed. */
  readonly code?: DenialCode;
  /** Every rule that applied, in the order in which they count. Empty when none did. */
  readonly rules: readonly RuleOutcome[];
}

export interface PolicyInput {
  readonly settings: PolicySettings;
  /** Whether this login came through the Didit connection. */
  readonly throughDidit: boolean;
  /** Whether it only counts as one through the Didit connection, since nobody can tell. Default: no. */
  readonly uncertain?: boolean;
  /** What is known about the person, or why nothing is. */
  readonly knowledge: Knowledge;
  /** When the person last authenticated in this session, milliseconds since the epoch, if the platform tells. */
  readonly authenticatedAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Holds a login to the rules. All of them are evaluated, so that the answer explains itself; the first that failed decides.
 * What is not known does not pass.
 */
export function evaluatePolicy(input: PolicyInput): PolicyEvaluation {
  const { settings } = input;
  if (settings.mode.value === 'off') return { decision: 'allow', rules: [] };
  const rules = [...settingsRule(input), ...profileRules(input)];
  const failed = rules.find(({ outcome }) => outcome === 'failed');
  if (failed?.code === undefined) return { decision: 'allow', rules };
  return {
    decision: settings.mode.value === 'report' ? 'report' : 'deny',
    code: failed.code,
    rules,
  };
}

/** A text that cannot be read in full may have held a rule. */
function settingsRule({ settings, throughDidit }: PolicyInput): readonly RuleOutcome[] {
  const level = settings.unreadableAt;
  if (level === undefined || !(throughDidit || settings.applyTo.value === 'all')) return [];
  return [
    { rule: 'settings', outcome: 'failed', code: 'didit_policy_unreadable', setting: 'didit_policy', level },
  ];
}

function profileRules(input: PolicyInput): readonly RuleOutcome[] {
  const { settings, throughDidit, knowledge } = input;
  if (!throughDidit && settings.applyTo.value === 'didit') return [];
  const connection: RuleOutcome = {
    rule: 'connection',
    setting: 'apply_to',
    level: settings.applyTo.level,
    ...(throughDidit || profileIn(knowledge) !== undefined
      ? { outcome: 'passed' }
      : { outcome: 'failed', code: 'didit_connection_required' }),
  };
  const limited = oldest(input) < Infinity;
  if (settings.require.value.length === 0 && !limited) return [connection];
  if (typeof knowledge === 'string') {
    return throughDidit ? [connection, unavailable(settings.onUnavailable, knowledge)] : [connection];
  }
  return [
    connection,
    { rule: 'profile', outcome: 'passed', setting: 'on_unavailable', level: settings.onUnavailable.level },
    ...(limited ? [maxAgeRule(input, knowledge)] : []),
    ...settings.require.value.map((name) => requirementRule(name, settings.require, knowledge)),
  ];
}

/** Only an answer that could not be had is waived: not one that was refused, nor a run that asked nobody. */
const unavailable = ({ value, level }: Resolved<'deny' | 'allow'>, why: WhyNothing): RuleOutcome => ({
  rule: 'profile',
  setting: 'on_unavailable',
  level,
  ...(value === 'allow' && why === 'failed'
    ? { outcome: 'waived' }
    : {
        outcome: 'failed',
        code: why === 'refused_two_identities' ? 'didit_two_identities' : 'didit_profile_unavailable',
      }),
});

const maxAgeRule = (input: PolicyInput, profile: LoginProfile): RuleOutcome => ({
  rule: 'max_age',
  setting: 'max_age',
  level: input.settings.maxAge.level,
  ...(isTooOld(input, profile) ? { outcome: 'failed', code: 'didit_profile_stale' } : { outcome: 'passed' }),
});

/**
 * How old a profile may be, milliseconds. A login of which something is asked, and that nobody has seen to come through Didit,
 * always has a limit.
 */
function oldest({ settings, throughDidit, uncertain }: PolicyInput): number {
  const { require, maxAge } = settings;
  const isSeen = throughDidit && !(uncertain === true && require.value.length > 0);
  return isSeen || maxAge.value < Infinity ? maxAge.value : FOREIGN_MAX_AGE_MILLISECONDS;
}

/**
 * Whether a profile is older than the rules allow, if they limit that. One that Didit was asked for in this very login never is.
 */
export function isTooOld(input: PolicyInput, { fresh, record }: LoginProfile): boolean {
  const { authenticatedAt, now } = input;
  const limit = oldest(input);
  // The person was there when the platform says so, however slow this machine's clock is.
  const age = Math.max(now, authenticatedAt ?? now) - record.syncedAt;
  return !fresh && limit < Infinity && (age > limit || age < -MAX_CLOCK_SKEW_MILLISECONDS);
}

function requirementRule(
  name: FlagName,
  { level }: PolicySettings['require'],
  { record }: LoginProfile,
): RuleOutcome {
  const value = record.fields[name];
  if (value === true) return { rule: name, outcome: 'passed', setting: 'require', level };
  const code = requirementDenials[name][value === false ? 'no' : 'unknown'];
  return { rule: name, outcome: 'failed', code, setting: 'require', level };
}
