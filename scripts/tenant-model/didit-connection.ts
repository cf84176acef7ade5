import { DIDIT_CONNECTION } from '../tenant-config/tenant-config.ts';
import { resourceIn } from './tenant-model.ts';
import type { Field, Resource, TenantModel } from './tenant-model.ts';

const PATH = `secrets.${DIDIT_CONNECTION}`;

/** What our Actions take for the Didit connection where they have no such secret. */
const DEFAULT_CONNECTION = 'didit';

/** The connection that an Action takes for the Didit one; `undefined` where nobody can know, or there is no such Action. */
export function diditConnectionOf(action: Resource | undefined): string | undefined {
  if (action === undefined) return undefined;
  const field = action.fields.get(PATH);
  if (field === undefined) return DEFAULT_CONNECTION;
  return field.kind === 'secret' ? field.connection : undefined;
}

/**
 * The name of the connection that an Action takes for the Didit one, where it is not this one. What nobody can know is taken to
 * be as it is meant.
 */
export function otherConnectionFor(
  model: TenantModel,
  action: string | undefined,
  connection: string,
): string | undefined {
  const taken = action === undefined ? undefined : diditConnectionOf(resourceIn(model, 'Action', action));
  return taken === connection ? undefined : taken;
}

/**
 * A model with what is assumed of values that a tenant keeps and never tells: that they are those of `tenant.yaml`. Those that
 * name a connection that is made only now are sent.
 *
 * @param model The tenant now, or as it will be.
 * @param tenant The tenant now.
 * @param wanted What `tenant.yaml` asks for.
 * @param sent Names of the Actions whose secrets are sent again: nobody can know their values from before.
 */
export function withAssumedConnections(
  model: TenantModel,
  tenant: TenantModel,
  wanted: TenantModel,
  sent: ReadonlySet<string>,
): TenantModel {
  const assumed = (resource: Resource): Resource => {
    const existing = resourceIn(tenant, 'Action', resource.name);
    const field = resourceIn(wanted, 'Action', resource.name)?.fields.get(PATH);
    if (resource.kind !== 'Action' || sent.has(resource.name) || existing?.fields.has(PATH) !== true) {
      return resource;
    }
    if (field?.kind !== 'secret' || field.connection === undefined) return resource;
    const kept: Field = { kind: 'secret', connection: field.connection };
    return { ...resource, fields: new Map([...resource.fields, [PATH, kept]]) };
  };
  return { ...model, resources: model.resources.map(assumed) };
}
