import { mergeBindings } from '../../apply/merge-bindings.ts';
import { COMPLETED_BY_THE_SERVICE, serviceDefault } from './service-defaults.ts';
import { mentions, resourceIn, resourcesOf } from './tenant-model.ts';
import type { FlowBinding, Resource, TenantModel } from './tenant-model.ts';

/**
 * The tenant after a deploy: what is not mentioned stays, but for what the Management API replaces whole.
 *
 * @param before The tenant now.
 * @param wanted What `tenant.yaml` asks for.
 */
export const afterDeploy = (before: TenantModel, wanted: TenantModel): TenantModel => ({
  resources: [
    ...before.resources.map((existing) => {
      const asked = resourceIn(wanted, existing.kind, existing.name);
      return asked === undefined ? existing : changed(existing, asked);
    }),
    ...wanted.resources.filter(({ kind, name }) => resourceIn(before, kind, name) === undefined),
  ],
  flow: flowAfterDeploy(before, wanted),
});

function changed(existing: Resource, asked: Resource): Resource {
  const kept = [...existing.fields].filter(([path]) => !asked.fields.has(path) && survives(path, asked));
  return { ...existing, fields: new Map([...kept, ...asked.fields]) };
}

/** Whether a setting that `asked` does not mention is still there on a tenant after the resource was changed to it. */
export function survives(path: string, asked: Resource): boolean {
  const isBelow = (whole: string): boolean => path.startsWith(`${whole}.`) && mentions(asked, whole);
  switch (asked.kind) {
    case 'connection':
      // `options` are always sent, and replaced whole; a display name that is not sent falls back to the connection's name.
      return !(path.startsWith('options.') || path === 'display_name' || isBelow('metadata'));
    case 'Action':
      return !(
        isBelow('secrets') ||
        isBelow('dependencies') ||
        path === 'secrets' ||
        path === 'dependencies'
      );
    case 'API':
      return !isBelow('scopes');
    case 'application':
      // Only what is known to have a default: whatever else the service adds of its own, it adds again.
      return !(COMPLETED_BY_THE_SERVICE.some(isBelow) && serviceDefault(asked, path) !== undefined);
    case 'grant':
      return true;
  }
}

/** Auth0 replaces bindings whole, so the deploy sends those of other teams along, each in its place. */
function flowAfterDeploy(before: TenantModel, wanted: TenantModel): readonly FlowBinding[] {
  const form = ({ action, displayName }: FlowBinding) => ({ action_name: action, display_name: displayName });
  const ownNames = new Set(resourcesOf(wanted, 'Action').map(({ name }) => name));
  return mergeBindings(before.flow.map(form), wanted.flow.map(form), ownNames).map(
    ({ action_name: action, display_name: displayName = action }) => ({ action, displayName }),
  );
}
