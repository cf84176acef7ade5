import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { resourceIn, textsBelow } from '../../tenant-model/tenant-model.ts';
import type { Resource } from '../../tenant-model/tenant-model.ts';
import { describeRules, isLooser, rulesOfOtherLogins, whatDiffers } from './looser-rules.ts';
import { rated } from './security-codes.ts';
import { ANY_OTHER_CONNECTION, isActionInFlow } from './settings-effect.ts';
import type { SettingsEffect } from './settings-effect.ts';
import { claimsOfOtherLogins, describeClaims, rateClaims, rateLinked } from './shown-claims.ts';

/**
 * What an application asks of logins through connections that the file does not list, and which claims it gets after them. No
 * setting of the Didit connection counts there, so this can change where Didit logins stay as they are.
 */
export function otherLoginsEffects(
  { before, after }: ModelPair,
  application: string,
): readonly SettingsEffect[] {
  const was = resourceIn(before, 'application', application);
  const is = resourceIn(after, 'application', application);
  if (is === undefined) return [];
  // A new application gets all that it gets for the first time; there were no rules to be looser than.
  if (was === undefined) return [claimsEffect(undefined, is)].filter(({ security }) => security.length > 0);
  // Where no Action ran, nothing was asked and nothing was shown.
  const ran = (what: SettingsEffect['what']): Resource =>
    isActionInFlow(before, what) ? was : { ...was, fields: new Map() };
  return [rulesEffect(ran('rules'), is), claimsEffect(ran('claims'), is)].filter(
    (effect) => effect.before !== effect.after,
  );
}

function rulesEffect(was: Resource, is: Resource): SettingsEffect {
  const rules = (application: Resource): PolicySettings =>
    rulesOfOtherLogins(readPolicySettings({ client: textOf(application, 'didit_policy') }));
  const inWords = (settings: PolicySettings): string =>
    settings.applyTo.value === 'didit' ? 'no rules' : describeRules(settings);
  const [old, now] = [rules(was), rules(is)];
  const [from, to] = [inWords(old), inWords(now)];
  return {
    ...{ connection: ANY_OTHER_CONNECTION, application: is.name, what: 'rules', before: from, after: to },
    security: isLooser(old, now) ? [rated('rules_loosened', because(whatDiffers(from, to)))] : [],
  };
}

function claimsEffect(was: Resource | undefined, is: Resource): SettingsEffect {
  const claims = (application: Resource): ClaimsSettings =>
    claimsOfOtherLogins(readClaimsSettings({ client: textOf(application, 'didit_claims') }));
  const inWords = (settings: ClaimsSettings): string =>
    settings.linked ? describeClaims(settings) : 'no claims';
  const [old, now] = [was && claims(was), claims(is)];
  return {
    ...{ connection: ANY_OTHER_CONNECTION, application: is.name, what: 'claims' },
    ...{ before: old === undefined ? null : inWords(old), after: inWords(now) },
    security: [...rateClaims(old, now), ...rateLinked(old, now)].map((rating) => ({
      ...rating,
      because: because(rating.because),
    })),
  };
}

const textOf = (application: Resource, key: string): string | undefined =>
  textsBelow(application, 'client_metadata')[key];

const because = (reason: string): string => `through any other connection: ${reason}`;
