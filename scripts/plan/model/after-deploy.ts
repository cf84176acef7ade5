import { mergeBindings } from '../../apply/merge-bindings.ts';
import { diffFields } from '../diff/diff-models.ts';
import { COMPLETED_BY_THE_SERVICE } from '../../tenant-config/service-defaults.ts';
import { serviceDefault } from './service-defaults.ts';
import { mentions, resourceIn, resourcesOf } from './tenant-model.ts';
import type { FlowBinding, Resource, TenantModel } from './tenant-model.ts';

/**
 * The tenant after a deploy: what is not mentioned stays, but for what the deploy takes away, and what the service replaces
 * whole once anything of it is sent.
 *
 * @param before The tenant now.
 * @param wanted What `tenant.yaml` asks for.
 * @param replaceOptions Whether options of a connection go that the file does not mention. Default false.
 */
export const afterDeploy = (
  before: TenantModel,
  wanted: TenantModel,
  replaceOptions = false,
): TenantModel => ({
  resources: [
    ...before.resources.map((existing) => {
      const asked = resourceIn(wanted, existing.kind, existing.name);
      return asked === undefined ? existing : changed(existing, asked, replaceOptions);
    }),
    ...wanted.resources.filter(({ kind, name }) => resourceIn(before, kind, name) === undefined),
  ],
  flow: flowAfterDeploy(before, wanted),
});

function changed(existing: Resource, asked: Resource, replaceOptions: boolean): Resource {
  const withFields = (stays: (path: string) => boolean): Resource => ({
    ...existing,
    fields: new Map([
      ...[...existing.fields].filter(([path]) => !asked.fields.has(path) && stays(path)),
      ...asked.fields,
    ]),
  });
  const stays = (path: string): boolean => survives(path, asked, replaceOptions);
  const unsent = withFields(stays);
  const sent = diffFields(existing, unsent).map(({ path = '' }) => path);
  return withFields((path) => stays(path) && !replacedWith(path, asked, sent));
}

/** Whether a setting that `asked` does not mention is meant to stay on a tenant. */
export function survives(path: string, asked: Resource, replaceOptions = false): boolean {
  switch (asked.kind) {
    case 'connection':
      return !(isOwnMetadata(path) || (replaceOptions && path.startsWith('options.')));
    case 'application':
      return !isOwnMetadata(path);
    case 'Action':
      return !/^(?:secrets|dependencies)(?:\.|$)/.test(path);
    case 'API':
      return !(path.startsWith('scopes.') && mentions(asked, 'scopes'));
    case 'grant':
      return true;
  }
}

/** Settings of ours that were taken out of the file must not live on; other teams' keys are theirs. */
const isOwnMetadata = (path: string): boolean => /^(?:client_)?metadata\.didit_/.test(path);

/**
 * Whether a setting is lost though nobody asked for it: the file mentions the object that it is in, and that object is sent,
 * whole, along with something that changes.
 */
function replacedWith(path: string, asked: Resource, sent: readonly string[]): boolean {
  if (asked.kind === 'connection') {
    const [, option] = /^(options\.[^.]+)\./.exec(path) ?? [];
    if (option === undefined || option === 'options.scripts') return false;
    return mentions(asked, option) && sent.some((other) => other.startsWith('options.'));
  }
  // Only what is known to have a default: whatever else the service adds of its own, it adds again.
  return (
    asked.kind === 'application' &&
    sent.length > 0 &&
    COMPLETED_BY_THE_SERVICE.some((whole) => path.startsWith(`${whole}.`) && mentions(asked, whole)) &&
    serviceDefault(asked, path) !== undefined
  );
}

/** Auth0 replaces bindings whole, so the deploy sends those of other teams along, each in its place. */
function flowAfterDeploy(before: TenantModel, wanted: TenantModel): readonly FlowBinding[] {
  const form = ({ action, displayName }: FlowBinding) => ({ action_name: action, display_name: displayName });
  const ownNames = new Set(resourcesOf(wanted, 'Action').map(({ name }) => name));
  return mergeBindings(before.flow.map(form), wanted.flow.map(form), ownNames).map(
    ({ action_name: action, display_name: displayName = action }) => ({ action, displayName }),
  );
}
