import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { otherConnectionFor } from '../../tenant-model/didit-connection.ts';
import { isPossible, placeName, placesOf, textsAt } from '../../tenant-model/login-place.ts';
import type { LoginPlace } from '../../tenant-model/login-place.ts';
import { isStepOfLogin, isStepUp, resourceIn, resourcesOf } from '../../tenant-model/tenant-model.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import { describeKept, rateKept, readKeptSettings } from './kept-data.ts';
import type { KeptSettings } from './kept-data.ts';
import {
  describeRules,
  isLooser,
  rulesOfOtherLogins,
  STEP_UP_RULES,
  whatDiffers,
  withoutRules,
} from './looser-rules.ts';
import { otherLoginsEffects } from './other-logins.ts';
import { rated } from './security-codes.ts';
import { actionFor, isActionInFlow } from './settings-effect.ts';
import type { SettingsEffect } from './settings-effect.ts';
import { claimsOfOtherLogins, describeClaims, rateClaims, rateLinked } from './shown-claims.ts';

/** The effective rules and claims of each application, and what is kept of a profile, where they change. */
export function settingsEffects(pair: ModelPair): readonly SettingsEffect[] {
  const { before, after } = pair;
  const ofConnections = resourcesOf(after, 'connection').flatMap(({ name: connection }) => {
    const places = new Map(
      [...placesOf(before, connection), ...placesOf(after, connection)].map((place) => [
        placeName(place),
        place,
      ]),
    );
    return [
      ...[...places.values()].flatMap((place) => [
        ...rulesEffect(pair, connection, place),
        ...(place.organization === undefined ? claimsEffect(pair, connection, place.application) : []),
      ]),
      ...keptEffect(pair, connection),
    ];
  });
  const ofOtherLogins = resourcesOf(after, 'application').flatMap(({ name }) =>
    otherLoginsEffects(pair, name),
  );
  return [...ofConnections, ...ofOtherLogins];
}

/** What settings come to where the Action is in no login: nothing, whatever they say. */
const WITHOUT_ACTION = {
  rules: 'no Action decides',
  claims: 'no Action adds any',
  'kept data': 'no Action keeps any',
} as const;

/**
 * Which connection the Action takes for the Didit one instead of this one, so that logins through this one are other people's to
 * it. One that carries our policy counts as Didit's, whatever the Action's secret says.
 */
const elsewhere = (
  model: TenantModel,
  what: SettingsEffect['what'],
  connection: string,
): string | undefined =>
  (textsAt(model, { connection }, 'didit_policy').connection ?? '').trim() === ''
    ? otherConnectionFor(model, actionFor(model, what), connection)
    : undefined;

const isElsewhere = (model: TenantModel, what: SettingsEffect['what'], connection: string): boolean =>
  elsewhere(model, what, connection) !== undefined;

function elsewhereInWords(model: TenantModel, what: SettingsEffect['what'], connection: string): string {
  const other = elsewhere(model, what, connection);
  return other === undefined
    ? ''
    : ` (for ${actionFor(model, what) ?? 'the Action'}, the Didit connection is ${other})`;
}

/** The texts of one metadata key for one login; `undefined` where that login is not possible. */
const textsOf = (
  model: TenantModel,
  connection: string,
  place: LoginPlace,
  key: string,
): ReturnType<typeof textsAt> | undefined =>
  isPossible(model, connection, place)
    ? textsAt(model, { connection, client: place.application, organization: place.organization }, key)
    : undefined;

/** What the rules come to in one login; `undefined` where that login is not possible. */
export function rulesAt(
  model: TenantModel,
  connection: string,
  place: LoginPlace,
): PolicySettings | undefined {
  const texts = textsOf(model, connection, place, 'didit_policy');
  const settings = texts && readPolicySettings(texts);
  if (settings === undefined) return undefined;
  if (!isActionInFlow(model, 'rules') || isStepUp(model, place.application)) return withoutRules(settings);
  return isElsewhere(model, 'rules', connection) ? rulesOfOtherLogins(settings) : settings;
}

function rulesEffect(
  { before, after }: ModelPair,
  connection: string,
  place: LoginPlace,
): readonly SettingsEffect[] {
  const { application } = place;
  const old = rulesAt(before, connection, place);
  // What people signed in to for its own sake, they may go on to, in ways that need no callback.
  const isTaken = old !== undefined && isStepOfLogin(after, application);
  const now = isTaken ? withoutRules(old) : rulesAt(after, connection, place);
  const describe = (model: TenantModel, settings: PolicySettings): string =>
    isStepUp(model, application)
      ? STEP_UP_RULES
      : isActionInFlow(model, 'rules')
        ? `${describeRules(settings)}${elsewhereInWords(model, 'rules', connection)}`
        : WITHOUT_ACTION.rules;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  const meant = now === undefined ? undefined : meantFor(after, connection, place);
  const why =
    old !== undefined
      ? whatDiffers(from ?? '', to ?? '')
      : place.organization !== undefined && meant !== undefined
        ? `at the application ${whatDiffers(describe(after, meant), to ?? '')}`
        : to;
  const everybody = now?.mode.value === 'off' ? `everybody gets in through ${connection}: ` : '';
  const compared = old ?? meant;
  const security =
    now !== undefined && compared !== undefined && isLooser(compared, now)
      ? [rated('rules_loosened', `${old === undefined ? everybody : ''}${why ?? ''}`)]
      : [];
  return [{ connection, ...place, what: 'rules', before: from ?? null, after: to ?? null, security }];
}

/**
 * Of a login that was not there, there are no old rules to compare with: those count that its connection asks everybody for, and
 * of an organization those of the application.
 */
function meantFor(
  model: TenantModel,
  connection: string,
  { application, organization }: LoginPlace,
): PolicySettings | undefined {
  if (organization !== undefined) return rulesAt(model, connection, { application });
  const settings = readPolicySettings(textsAt(model, { connection }, 'didit_policy'));
  return { ...settings, mode: { ...settings.mode, value: 'enforce' } };
}

function claimsEffect(
  { before, after }: ModelPair,
  connection: string,
  application: string,
): readonly SettingsEffect[] {
  const claims = (model: TenantModel): ClaimsSettings | undefined => {
    const texts = textsOf(model, connection, { application }, 'didit_claims');
    const settings = texts && readClaimsSettings(texts);
    return settings && isElsewhere(model, 'claims', connection) ? claimsOfOtherLogins(settings) : settings;
  };
  const [old, now] = [claims(before), claims(after)];
  const describe = (model: TenantModel, settings: ClaimsSettings): string =>
    isActionInFlow(model, 'claims')
      ? `${describeClaims(settings)}${elsewhereInWords(model, 'claims', connection)}`
      : WITHOUT_ACTION.claims;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  // Of an application's own text, it is logins through other connections that get more: `otherLoginsEffects` has them.
  const ofConnection = (model: TenantModel): ClaimsSettings | undefined => {
    if (!isActionInFlow(model, 'claims') || resourceIn(model, 'connection', connection) === undefined)
      return undefined;
    return readClaimsSettings(textsAt(model, { connection }, 'didit_claims'));
  };
  const security = [
    ...rateClaims(
      isActionInFlow(before, 'claims') ? old : undefined,
      isActionInFlow(after, 'claims') ? now : undefined,
    ),
    ...rateLinked(ofConnection(before), ofConnection(after)),
  ];
  return [{ connection, application, what: 'claims', before: from ?? null, after: to ?? null, security }];
}

function keptEffect({ before, after }: ModelPair, connection: string): readonly SettingsEffect[] {
  const sync = (model: TenantModel): KeptSettings | undefined => {
    const settings =
      resourceIn(model, 'connection', connection) &&
      readKeptSettings(textsAt(model, { connection }, 'didit_sync').connection);
    const isKept = isActionInFlow(model, 'kept data') && !isElsewhere(model, 'kept data', connection);
    return settings && !isKept ? { ...settings, mode: 'off' } : settings;
  };
  const [old, now] = [sync(before), sync(after)];
  const describe = (model: TenantModel, settings: KeptSettings): string =>
    isActionInFlow(model, 'kept data')
      ? `${describeKept(settings)}${elsewhereInWords(model, 'kept data', connection)}`
      : WITHOUT_ACTION['kept data'];
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  const security = now === undefined ? [] : rateKept(old, now);
  if (from === to && security.length === 0) return [];
  return [
    { connection, application: null, what: 'kept data', before: from ?? null, after: to ?? null, security },
  ];
}
