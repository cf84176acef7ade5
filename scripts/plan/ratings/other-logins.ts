import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { organizationsAt, textsAt } from '../../tenant-model/login-place.ts';
import type { LevelNames, LoginPlace } from '../../tenant-model/login-place.ts';
import { isStepOfLogin, isStepUp, resourceIn, textsBelow } from '../../tenant-model/tenant-model.ts';
import type { Resource, TenantModel } from '../../tenant-model/tenant-model.ts';
import { describeRules, isLooser, rulesOfOtherLogins, whatDiffers } from './looser-rules.ts';
import { rated } from './security-codes.ts';
import { ANY_OTHER_CONNECTION, isActionInFlow } from './settings-effect.ts';
import type { SettingsEffect } from './settings-effect.ts';
import { claimsOfOtherLogins, describeClaims, rateClaims, rateLinked } from './shown-claims.ts';

/**
 * What an application asks of logins through connections that the file does not list, and which claims it gets after them. No
 * setting of the Didit connection counts there, so this can change where Didit logins stay as they are.
 */
export function otherLoginsEffects(pair: ModelPair, application: string): readonly SettingsEffect[] {
  const { before, after } = pair;
  const was = resourceIn(before, 'application', application);
  const is = resourceIn(after, 'application', application);
  if (is === undefined) return [];
  const organizations = new Set([
    ...organizationsAt(before, application),
    ...organizationsAt(after, application),
  ]);
  // One that the file no longer lists stays on the tenant as it is, with all that it says.
  const inOrganizations = [...organizations]
    .filter((organization) => resourceIn(after, 'organization', organization) !== undefined)
    .map((organization) => rulesEffect(pair, { application, organization }));
  // Where no Action runs, nothing is shown.
  const shown = (model: TenantModel, one: Resource): Resource =>
    isActionInFlow(model, 'claims') ? one : { ...one, fields: new Map() };
  // Of a step of another login, an Action of ours reads the tokens.
  const claims = isStepOfLogin(after, application)
    ? []
    : [claimsEffect(was && shown(before, was), shown(after, is))];
  return [
    // A new application gets all that it gets for the first time; there were no rules to be looser than.
    ...(was === undefined
      ? claims.filter(({ security }) => security.length > 0)
      : [rulesEffect(pair, { application }), ...claims]),
    ...inOrganizations,
  ].filter((effect) => effect.before !== effect.after);
}

function rulesEffect({ before, after }: ModelPair, place: LoginPlace): SettingsEffect {
  const { application: client, organization } = place;
  const rules = (model: TenantModel, names: LevelNames): PolicySettings =>
    rulesOfOtherLogins(
      // Where no Action runs, nothing is asked.
      readPolicySettings(
        isActionInFlow(model, 'rules') && !isStepUp(model, names.client)
          ? textsAt(model, names, 'didit_policy')
          : {},
      ),
    );
  const isNew = organization !== undefined && resourceIn(before, 'organization', organization) === undefined;
  const inWords = (settings: PolicySettings): string =>
    settings.applyTo.value === 'didit' ? 'no rules' : describeRules(settings);
  // An organization that was not there is compared with its application.
  const old = isNew ? rules(after, { client }) : rules(before, { client, organization });
  const now = rules(after, { client, organization });
  const [from, to] = [inWords(old), inWords(now)];
  return {
    ...{ connection: ANY_OTHER_CONNECTION, ...place, what: 'rules', before: from, after: to },
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
