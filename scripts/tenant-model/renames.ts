import { route } from '../base/route.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { ModelPair } from './diff/change.ts';
import { resourceIn } from './tenant-model.ts';
import type { Resource, ResourceKind, StepUp, TenantModel } from './tenant-model.ts';
import type { TenantState } from './tenant-state.ts';

/** Something on the tenant that gets another name and stays what it is: its id, its users' grants, its secrets, its place. */
export interface Renamed {
  readonly kind: 'Action' | 'application';
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** Something that a file lists, with the name that it had before. */
interface Listed {
  readonly name: string;
  readonly formerly?: string;
}

interface ListedThings {
  readonly actions: readonly Listed[];
  readonly clients: readonly Listed[];
}

/** What `formerly` asks for: the tenant has the former name, and not the new one. Afterwards it asks for nothing any more. */
export function renamesIn(
  { actions, clients }: ListedThings,
  state: Pick<TenantState, 'actions' | 'clients'>,
): readonly Renamed[] {
  const found = (
    kind: Renamed['kind'],
    listed: readonly Listed[],
    there: readonly { readonly id: string; readonly name: string }[],
  ): readonly Renamed[] =>
    listed.flatMap(({ name, formerly }) => {
      const [former, another] = there.filter((thing) => thing.name === formerly);
      const isThere = there.some((thing) => thing.name === name);
      return former === undefined || another !== undefined || isThere
        ? []
        : [{ kind, id: former.id, from: former.name, to: name }];
    });
  return [
    ...found('Action', actions, state.actions),
    ...found(
      'application',
      clients,
      state.clients.map(({ client_id: id, name }) => ({ id, name })),
    ),
  ];
}

/** The tenant as if all of it had its new name already: what is compared with a file goes by names. */
export function withNewNames<State extends Pick<TenantState, 'actions' | 'clients' | 'bindings'>>(
  state: State,
  renamed: readonly Renamed[],
): State {
  const nameOf = (kind: Renamed['kind'], id: string, name: string): string =>
    renamed.find((one) => one.kind === kind && one.id === id)?.to ?? name;
  const bound = (name: string): string => {
    const action = state.actions.find((one) => one.name === name);
    return action === undefined ? name : nameOf('Action', action.id, name);
  };
  return {
    ...state,
    actions: state.actions.map((action) => ({ ...action, name: nameOf('Action', action.id, action.name) })),
    clients: state.clients.map((client) => ({
      ...client,
      name: nameOf('application', client.client_id, client.name),
    })),
    bindings: state.bindings.map((binding) => ({ ...binding, action_name: bound(binding.action_name) })),
  };
}

/** Where the Management API takes another name. */
export const renamePath = ({ kind, id }: Renamed): string =>
  kind === 'Action' ? route`/actions/actions/${id}` : route`/clients/${id}`;

/** A configuration without the former names, which are nobody's business but the file's. */
export const withoutFormerNames = (config: TenantConfig): TenantConfig => ({
  ...config,
  actions: config.actions.map(({ formerly: _, ...action }) => action),
  clients: config.clients.map(({ formerly: _, ...client }) => client),
});

/** The two sides of a plan of two files: what has a former name in the later one is the same thing in both. */
export function modelsWithNewNames(pair: ModelPair, { actions, clients }: ListedThings): ModelPair {
  const renamed = [
    ...actions.map((action) => ({ ...action, kind: 'Action' as const })),
    ...clients.map((client) => ({ ...client, kind: 'application' as const })),
  ].flatMap(({ kind, name: to, formerly: from }): readonly Renamed[] =>
    from !== undefined &&
    resourceIn(pair.before, kind, from) !== undefined &&
    resourceIn(pair.before, kind, to) === undefined
      ? [{ kind, id: from, from, to }]
      : [],
  );
  const nameOf = (kind: ResourceKind, name: string): string =>
    renamed.find((one) => one.kind === kind && one.from === name)?.to ?? name;
  const fieldsOf = ({ fields }: Resource): Resource['fields'] =>
    new Map(
      [...fields].map(([path, field]) => [
        path,
        // Of a connection: nothing else has one.
        path === 'enabled_clients' && field.kind === 'set'
          ? { ...field, items: field.items.map((name) => nameOf('application', name)) }
          : field,
      ]),
    );
  /** `CLIENT → AUDIENCE` */
  const ofGrant = (name: string): string => {
    const [client = '', ...audience] = name.split(' → ');
    return [nameOf('application', client), ...audience].join(' → ');
  };
  const renamedStepUp = ({ callback, application }: StepUp): StepUp =>
    application === undefined ? { callback } : { callback, application: nameOf('application', application) };
  const before = {
    flow: pair.before.flow.map((binding) => ({ ...binding, action: nameOf('Action', binding.action) })),
    resources: pair.before.resources.map((resource) => ({
      ...resource,
      name: resource.kind === 'grant' ? ofGrant(resource.name) : nameOf(resource.kind, resource.name),
      fields: fieldsOf(resource),
    })),
    ...(pair.before.names === undefined
      ? {}
      : { names: new Map([...pair.before.names].map(([own, name]) => [own, nameOf('Action', name)])) }),
    ...(pair.before.stepUp === undefined ? {} : { stepUp: renamedStepUp(pair.before.stepUp) }),
  };
  return { before: withNames(before, renamed, 'from'), after: withNames(pair.after, renamed, 'to') };
}

/** Models go by new names. That a thing has another one so far is a setting of it, on both sides. */
export const withNames = (
  model: TenantModel,
  renamed: readonly Renamed[],
  side: 'from' | 'to',
): TenantModel => ({
  ...model,
  resources: model.resources.map((resource) => {
    const found = renamed.find(({ kind, to }) => kind === resource.kind && to === resource.name);
    return found === undefined
      ? resource
      : {
          ...resource,
          fields: new Map([...resource.fields, ['name', { kind: 'value', value: found[side] }]]),
        };
  }),
});
