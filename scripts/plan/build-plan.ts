import { LEVELS } from '../../actions/didit/settings/resolve.ts';
import { LEVEL_PLACES } from '../settings/levels.ts';
import { changeVerb } from './change-verb.ts';
import { codeComparer } from '../tenant-model/diff/diff-code.ts';
import { diffFlow } from '../tenant-model/diff/diff-flow.ts';
import type { FlowEntry } from '../tenant-model/diff/diff-flow.ts';
import { diffModels, onlySaid } from '../tenant-model/diff/diff-models.ts';
import type { FieldChange, ModelPair } from '../tenant-model/diff/change.ts';
import { fileOnlyChanges } from './file-only-changes.ts';
import type { FileOnly } from './file-only-changes.ts';
import { loginImpact } from './impact/login-impact.ts';
import { resourceIn } from '../tenant-model/tenant-model.ts';
import type { Resource } from '../tenant-model/tenant-model.ts';
import { PLAN_VERSION } from './plan.ts';
import type { Plan, PlannedChange, PlanTarget } from './plan.ts';
import { rateChange } from './ratings/rate-change.ts';
import { rateNewlySaid } from './ratings/rate-setting.ts';
import { rankOf, rated } from './ratings/security-codes.ts';
import type { SecurityCode, SecurityRating } from './ratings/security-codes.ts';
import { settingsEffects } from './ratings/settings-effects.ts';
import type { OtherActionCode, OtherActionFinding } from '../records/known-flow.ts';
import type { SettingsEffect } from './ratings/settings-effect.ts';
import { fieldDetails, shownValue } from './show-field.ts';
import { toolingChange } from './tooling-change.ts';

/** What a plan says beside what two models show. All of it is nothing by default. */
export interface PlanBesides {
  readonly secretValues?: Plan['secretValues'];
  readonly variables?: Plan['variables'];
  /** Files of the tools themselves that differ between the two sides. */
  readonly tooling?: readonly string[];
  /** Of two files, what of them is never sent. */
  readonly fileOnly?: Readonly<Record<'before' | 'after', FileOnly>>;
  /** What else is on a tenant that came from here. */
  readonly noLongerListed?: Plan['noLongerListed'];
  readonly otherActions?: readonly OtherActionCode[];
  readonly otherOrganizations?: Plan['otherOrganizations'];
  readonly notLookedAt?: Plan['notLookedAt'];
  /** As `deployDigest` gives it. */
  readonly digest?: Plan['digest'];
}

/** Puts two states of the same things side by side. Runs logins only where something that they depend on differs. */
export async function buildPlan(
  pair: ModelPair,
  target: PlanTarget,
  {
    secretValues = [],
    variables = [],
    tooling = [],
    fileOnly = { before: {}, after: {} },
    noLongerListed = [],
    otherActions = [],
    otherOrganizations = [],
    notLookedAt = [],
    digest = null,
  }: PlanBesides = {},
): Promise<Plan> {
  const isOurs = (action: string): boolean =>
    resourceIn(pair.after, 'Action', action) !== undefined ||
    resourceIn(pair.before, 'Action', action) !== undefined ||
    noLongerListed.some(({ resource: { kind, name } }) => kind === 'Action' && name === action);
  const flow = diffFlow(pair.before.flow, pair.after.flow, isOurs);
  const effects = settingsEffects(pair);
  const compareCode = codeComparer();
  const changes = [
    ...toolingChange(tooling),
    ...fileOnlyChanges(fileOnly.before, fileOnly.after),
    ...diffModels(pair).map((change) => plannedChange(change, { pair, target, effects }, compareCode)),
    ...(target.kind === 'revision' ? onlySaid(pair).map((change) => saidChange(change, pair)) : []),
    ...flow.filter(({ change }) => change !== 'none').map((entry) => flowChange(entry, pair)),
  ];
  return {
    version: PLAN_VERSION,
    target,
    changes: changes.sort((one, other) => weight(one) - weight(other)),
    effects,
    flow,
    impact: await loginImpact(target.kind === 'revision' ? withStillBound(pair) : pair),
    secretValues,
    variables,
    digest,
    noLongerListed,
    otherActions: otherActions.map((finding) => ({
      ...finding,
      security: [rated('other_action', `${OTHER_ACTIONS[finding.what]}${hostsInWords(finding)}`)],
    })),
    otherOrganizations,
    notLookedAt,
  };
}

/** A tenant keeps running an Action that a file no longer has, at the place that it had. */
function withStillBound({ before, after }: ModelPair): ModelPair {
  const isGone = (action: string): boolean =>
    resourceIn(after, 'Action', action) === undefined && resourceIn(before, 'Action', action) !== undefined;
  const gone = before.flow.filter(({ action }) => isGone(action));
  if (gone.length === 0) return { before, after };
  const flow = [...after.flow];
  for (const binding of gone) {
    const earlier = before.flow.slice(0, before.flow.indexOf(binding)).map(({ action }) => action);
    flow.splice(flow.findLastIndex(({ action }) => earlier.includes(action)) + 1, 0, binding);
  }
  const kept = before.resources.filter(({ kind, name }) => kind === 'Action' && isGone(name));
  return { before, after: { ...after, flow, resources: [...after.resources, ...kept] } };
}

const OTHER_ACTIONS: Readonly<Record<OtherActionFinding['what'], string>> = {
  new: 'it was not in the login flow, and otherActions of tenant.yaml does not name it',
  module: 'somebody has put a module onto it, whose code is no part of this project',
  changed: 'it runs other code than after the last deploy from here',
  moved: 'it runs at another place than after the last deploy from here',
  gone: 'it ran at logins after the last deploy from here, and no longer does',
};

/** Hosts that one finding names. */
const NAMED_HOSTS = 5;

function hostsInWords({ hosts }: OtherActionCode): string {
  if (hosts === null) return '; its code cannot be read';
  if (hosts === undefined || hosts.length === 0) return '';
  const more = hosts.length - NAMED_HOSTS;
  return `; its code names ${hosts.slice(0, NAMED_HOSTS).join(', ')}${more > 0 ? ` and ${more} more hosts` : ''}`;
}

/** Security-rated changes first, by the order of their codes; the others keep the order in which they came. */
const weight = ({ security, causes }: PlannedChange): number =>
  Math.min(Number.MAX_SAFE_INTEGER, ...[...security.map(({ code }) => code), ...causes].map(rankOf));

/** The metadata key that an effect comes of. */
const SETTINGS_KEYS = { rules: 'didit_policy', claims: 'didit_claims', 'kept data': 'didit_sync' } as const;

function causesOf(
  { kind, name, path }: FieldChange,
  effects: readonly SettingsEffect[],
): readonly SecurityCode[] {
  const caused = effects.filter(({ what, connection, application: client, organization }) => {
    const names = { connection, client, organization };
    return LEVELS.some((level) => {
      const place = LEVEL_PLACES[level];
      return (
        kind === place.kind && name === names[level] && path === `${place.metadata}.${SETTINGS_KEYS[what]}`
      );
    });
  });
  return [...new Set(caused.flatMap(({ security }) => security.map(({ code }) => code)))];
}

type CompareCode = ReturnType<typeof codeComparer>;

interface Sides {
  readonly pair: ModelPair;
  readonly target: PlanTarget;
  readonly effects: readonly SettingsEffect[];
}

function plannedChange(change: FieldChange, sides: Sides, compareCode: CompareCode): PlannedChange {
  const { pair, target } = sides;
  const { kind, name, path, before, after } = change;
  const resource = { kind, name };
  const security = rateChange(change, pair, target.kind);
  if (path === undefined) {
    const created = resourceIn(pair.after, kind, name);
    return {
      verb: created !== undefined ? 'create' : target.kind === 'drift' ? 'erase' : 'unmanage',
      resource,
      field: null,
      before: null,
      after: null,
      details: created === undefined ? [] : settingsInWords(created),
      code: created === undefined ? null : codeOfNew(created, compareCode),
      security,
      causes: [],
    };
  }
  const isCode = before?.kind === 'code' || after?.kind === 'code';
  return {
    verb: changeVerb(change, resourceIn(pair.after, kind, name), target.kind),
    resource,
    field: path,
    before: shownValue(before),
    after: shownValue(after),
    details: fieldDetails(before, after),
    code: isCode ? compareCode(`${kind} ${name}`, codeIn(before), codeIn(after)) : null,
    security,
    causes: causesOf(change, sides.effects),
  };
}

/** What one file says, and the other leaves to the tenant. */
function saidChange(change: FieldChange, pair: ModelPair): PlannedChange {
  const { kind, name, path = '', before, after } = change;
  const resource = resourceIn(pair.after, kind, name);
  return {
    verb: changeVerb(change, resource, 'revision'),
    resource: { kind, name },
    field: path,
    before: shownValue(before),
    after: shownValue(after),
    details:
      after === undefined ? [] : ['newly in tenant.yaml; a tenant that has another value gets this one'],
    code: null,
    security: resource === undefined || after === undefined ? [] : rateNewlySaid(resource, path, after),
    causes: [],
  };
}

const codeIn = (field: FieldChange['before']): string | undefined =>
  field?.kind === 'code' ? field.text : undefined;

function codeOfNew({ kind, name, fields }: Resource, compareCode: CompareCode): PlannedChange['code'] {
  const code = [...fields.values()].find((field) => field.kind === 'code');
  return code === undefined ? null : compareCode(`${kind} ${name}`, undefined, code.text);
}

const settingsInWords = ({ fields }: Resource): readonly string[] =>
  [...fields]
    .filter(([, field]) => field.kind !== 'code')
    .map(([path, field]) => [path, shownValue(field)] as const)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([path, value]) => `${path}: ${Array.isArray(value) ? value.join(', ') : String(value)}`);

function flowChange(entry: FlowEntry, pair: ModelPair): PlannedChange {
  const { action, displayName, formerName, change, before, after } = entry;
  return {
    verb: change === 'added' ? 'create' : change === 'removed' ? 'erase' : 'change',
    resource: { kind: 'flow', name: 'post-login' },
    field: action,
    before: change === 'renamed' ? formerName : placeInWords(before),
    after: change === 'renamed' ? displayName : placeInWords(after),
    details:
      change === 'renamed'
        ? ['another display name']
        : change === 'removed' && resourceIn(pair.after, 'Action', action) === undefined
          ? [
              'a tenant that has it keeps running it: deploy once without the binding, then take the Action out',
            ]
          : [],
    code: null,
    security: rateBinding(entry),
    causes: [],
  };
}

function rateBinding({ action, change, before, after }: FlowEntry): readonly SecurityRating[] {
  switch (change) {
    case 'added':
      return [rated('action_added_to_flow', `${action}: place ${String(after)}`)];
    case 'removed':
      return [rated('action_removed_from_flow', action)];
    case 'moved':
      return [rated('action_reordered', `${action}: place ${String(before)} → ${String(after)}`)];
    case 'none':
    case 'renamed':
      return [];
  }
}

const placeInWords = (place: number | null): string | null => (place === null ? null : `place ${place}`);
