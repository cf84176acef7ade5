import { KEPT_OF_TOKENS } from '../auth0/client-defaults.ts';
import { mergeBindings } from './merge-bindings.ts';
import { diffFields } from './diff/diff-models.ts';
import { segment } from './flatten.ts';
import { flowOf, itemsAt, mentions, resourceIn, resourcesOf } from './tenant-model.ts';
import type { FlowBinding, Resource, TenantModel } from './tenant-model.ts';

/**
 * The tenant after a deploy: what is not mentioned stays, but for what the deploy takes away, and what the service replaces
 * whole once anything of it is sent.
 *
 * @param before The tenant now.
 * @param wanted What `tenant.yaml` asks for.
 * @param replaceOptions Whether options of a connection go that the file does not mention. Default false.
 * @param optionsSent Names of connections whose options are sent though none of them changes. Default none.
 */
export const afterDeploy = (
  before: TenantModel,
  wanted: TenantModel,
  replaceOptions = false,
  optionsSent: ReadonlySet<string> = new Set(),
): TenantModel => ({
  resources: [
    ...before.resources.map((existing) => {
      const asked = resourceIn(wanted, existing.kind, existing.name);
      return asked === undefined
        ? existing
        : changed(existing, asked, replaceOptions, optionsSent.has(existing.name));
    }),
    ...wanted.resources.filter(({ kind, name }) => resourceIn(before, kind, name) === undefined),
  ],
  flow: flowAfterDeploy(before, wanted),
  ...(wanted.names === undefined ? {} : { names: wanted.names }),
  // One that the file no longer lists is there all the same.
  ...(wanted.stepUp === undefined ? {} : { stepUp: { ...before.stepUp, ...wanted.stepUp } }),
});

function changed(
  existing: Resource,
  asked: Resource,
  replaceOptions: boolean,
  optionsSent: boolean,
): Resource {
  const withFields = (stays: (path: string) => boolean): Resource => ({
    ...existing,
    fields: new Map([
      ...[...existing.fields].filter(([path]) => !asked.fields.has(path) && stays(path)),
      ...asked.fields,
    ]),
  });
  const stays = (path: string): boolean =>
    survives(path, asked, replaceOptions) && !isOverwritten(path, asked);
  const sent = diffFields(existing, withFields(stays)).map(({ path = '' }) => path);
  const isSent =
    asked.kind === 'connection'
      ? optionsSent || sent.some((path) => path.startsWith('options.'))
      : sent.length > 0;
  return isSent ? withFields((path) => stays(path) && !isInNamedWhole(path, asked)) : withFields(stays);
}

/** Whether a setting that a file no longer names stays on a tenant, whatever else of the file is sent. */
export const isKept = (path: string, asked: Resource): boolean =>
  survives(path, asked) && !isInNamedWhole(path, asked);

/** Whether a setting that `asked` does not mention is meant to stay on a tenant. */
function survives(path: string, asked: Resource, replaceOptions = false): boolean {
  switch (asked.kind) {
    case 'connection':
      return !(isOwnMetadata(path) || (replaceOptions && path.startsWith('options.')));
    case 'application':
      return !isOwnMetadata(path);
    case 'Action':
      return !/^(?:secrets|dependencies)(?:\.|$)/.test(path);
    case 'API':
      return !(path.startsWith('scopes.') && mentions(asked, 'scopes'));
    case 'organization':
      return !isOwnMetadata(path) && staysConnected(path, asked);
    case 'grant':
      // Who has all scopes would have more than those that the file lists.
      return path !== 'allow_all_scopes';
  }
}

/** A connection that the file does not list goes, where it lists any; of those that it does, what it does not say stays. */
const staysConnected = (path: string, asked: Resource): boolean =>
  !path.startsWith('connections.') ||
  !asked.fields.has('connections') ||
  itemsAt(asked, 'connections').some((name) => path.startsWith(`connections.${segment(name)}.`));

/** Settings of ours that were taken out of the file must not live on; other teams' keys are theirs. */
const isOwnMetadata = (path: string): boolean => /^(?:client_)?metadata\.didit_/.test(path);

/** What is merged key by key: what the file does not say of it stays. */
const MERGED = new RegExp(
  `^(?:(?:client_)?metadata|jwt_configuration\\.(?:${KEPT_OF_TOKENS.join('|')})|options\\.scripts|connections)(?:\\.|$)`,
);

/** A property, up to what is below it. */
const PROPERTY = /^(?:"(?:[^"\\]|\\.)*"|[^."]+)(?=\.)/;

/** What is replaced whole: of a connection, each of its options. */
const WHOLE = {
  connection: /^options\.(?:"(?:[^"\\]|\\.)*"|[^."]+)(?=\.)/,
  application: PROPERTY,
  API: PROPERTY,
  organization: PROPERTY,
} as const;

const isReplacedInParts = (kind: Resource['kind']): kind is keyof typeof WHOLE => Object.hasOwn(WHOLE, kind);

/** Whether a setting is inside an object that the file names: whenever it is sent, the service replaces it whole. */
function isInNamedWhole(path: string, asked: Resource): boolean {
  if (!isReplacedInParts(asked.kind) || MERGED.test(path)) return false;
  const [whole] = WHOLE[asked.kind].exec(path) ?? [];
  return whole !== undefined && mentions(asked, whole);
}

/**
 * Whether the file says something else of the place of a setting that it does not name: a value, or that nothing is there, where
 * it is part of an object; an object where it is a value; or a list that ends before it.
 */
function isOverwritten(path: string, asked: Resource): boolean {
  if (MERGED.test(path)) return false;
  const isSaidOtherwise = placesAbove(path).some(
    (above) => asked.fields.has(above) || isOtherwiseIn(above, asked, path),
  );
  return isSaidOtherwise || mentions(asked, path);
}

/** The paths of the objects and lists that a setting is in. */
const placesAbove = (path: string): readonly string[] =>
  [...path.matchAll(/"(?:[^"\\]|\\.)*"|\./g)].flatMap(({ 0: found, index }) =>
    found === '.' ? [path.slice(0, index)] : [],
  );

/**
 * Whether the file has a list that ends before this item, an object in the place of its list, or a list in the place of its
 * object. The names of a list's items are numbers.
 */
function isOtherwiseIn(place: string, asked: Resource, path: string): boolean {
  // Options go by names.
  if (place === 'options' || !mentions(asked, place)) return false;
  const [, item] = /^(\d+)(?:\.|$)/.exec(path.slice(place.length + 1)) ?? [];
  return mentions(asked, `${place}.${item ?? 0}`) === (item === undefined);
}

/** Auth0 replaces bindings whole, so the deploy sends those of other teams along, each in its place. */
function flowAfterDeploy(before: TenantModel, wanted: TenantModel): readonly FlowBinding[] {
  const form = ({ action, displayName }: FlowBinding) => ({ action_name: action, display_name: displayName });
  const ownNames = new Set(resourcesOf(wanted, 'Action').map(({ name }) => name));
  return flowOf(mergeBindings(before.flow.map(form), wanted.flow.map(form), ownNames));
}
