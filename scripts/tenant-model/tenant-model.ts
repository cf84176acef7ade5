import { CONTINUE_ADDRESS } from '../tenant-config/tenant-config.ts';
import type { Binding } from './merge-bindings.ts';

/** Leaves of JSON. */
export type Scalar = string | number | boolean | null;

/**
 * One setting of a resource. How it is kept says how it is compared: the order of a set means nothing, but which is its first
 * may count; settings texts are equal when they say the same; and of a secret there is nothing but the fact that it is set.
 */
export type Field =
  | { readonly kind: 'value'; readonly value: Scalar }
  | {
      readonly kind: 'set';
      readonly items: readonly string[];
      /** The first of them, where it counts which one that is. Default: it does not. */
      readonly first?: string;
      /** Where the order of all of them counts. Default: it does not. */
      readonly ordered?: true;
    }
  /** The text of one of our metadata keys, such as `require=verified mode=enforce`. */
  | { readonly kind: 'settings'; readonly key: string; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'secret';
      /** Tells values apart within this process without telling them; not there where the value cannot be read. Never shown. */
      readonly mark?: string;
      /** The placeholders that it comes from, as written: `##NAME##`. */
      readonly from?: string;
      /** Of `DIDIT_CONNECTION`, written out: the value, which is the name of a connection and so no secret. */
      readonly connection?: string;
    };

export type ResourceKind = 'connection' | 'Action' | 'application' | 'grant' | 'API' | 'organization';

/** Something on a tenant that `tenant.yaml` can describe, with its settings by path (`options.tokenURL`). */
export interface Resource {
  readonly kind: ResourceKind;
  /** A grant's is `CLIENT → AUDIENCE`, with `(for users)` after it where it is for them; an API's is its identifier. */
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
}

/** An Action that runs at each login, in its place among the others. */
export interface FlowBinding {
  readonly action: string;
  readonly displayName: string;
}

/**
 * What `tenant.yaml` manages, in one form wherever it comes from: a file, a tenant, or a tenant as it will be. It never holds the
 * value of a secret.
 */
export interface TenantModel {
  readonly resources: readonly Resource[];
  /** The post-login trigger, Actions of other teams included where they are known. */
  readonly flow: readonly FlowBinding[];
  /**
   * What the file calls the Actions of this project, by the names that this project gives them: people may call them as they
   * like. No entry where the file lists none that is built as it. Default: nobody knows, and they have their own names.
   */
  readonly names?: ReadonlyMap<string, string>;
  /** Default: nobody knows of any. */
  readonly stepUp?: StepUp;
}

/** What our Actions sign people in with in the middle of another login, and hold to no rules. */
export interface StepUp {
  /** Who may send codes there may be it. */
  readonly callback: string;
  /** The one that it is; not there where none is. */
  readonly application?: string;
}

/** Bindings as a model has them: Auth0 shows one without a name of its own by its Action's. */
export const flowOf = (bindings: readonly Binding[]): readonly FlowBinding[] =>
  bindings.map(({ action_name: action, display_name: displayName = '' }) => ({
    action,
    displayName: displayName === '' ? action : displayName,
  }));

/**
 * Whom a grant is for: part of what it is, since an application may have one of each for the same API. A type that nobody here
 * knows is one of its own.
 */
export const subjectTypeOf = ({ subject_type: type }: Readonly<Record<string, unknown>>): string =>
  typeof type === 'string' ? type : APPLICATION_ITSELF;

const APPLICATION_ITSELF = 'client';

/** @param grant With `subject_type`, where it says it. */
export const grantName = (
  client: string,
  audience: string,
  grant: Readonly<Record<string, unknown>>,
): string => {
  const type = subjectTypeOf(grant);
  return `${client} → ${audience}${type === APPLICATION_ITSELF ? '' : ` (for ${type.replaceAll('_', ' ')}s)`}`;
};

/**
 * What is asked of the same resources again and again: a tenant may have thousands of them, and each may be compared with each.
 */
interface Looked {
  /** The first of each kind and name. */
  readonly byName: ReadonlyMap<string, Resource>;
  /** `applicationsOf`, by the connection. */
  readonly applications: Map<string, ReadonlySet<string>>;
}

/** A model never changes. */
const lookedUp = new WeakMap<TenantModel['resources'], Looked>();

function lookIn({ resources }: TenantModel): Looked {
  const known = lookedUp.get(resources);
  if (known !== undefined) return known;
  const looked = {
    byName: new Map(
      resources.toReversed().map((resource) => [keyOf(resource.kind, resource.name), resource]),
    ),
    applications: new Map<string, ReadonlySet<string>>(),
  };
  lookedUp.set(resources, looked);
  return looked;
}

const keyOf = (kind: ResourceKind, name: string): string => `${kind} ${name}`;

export const resourceIn = (model: TenantModel, kind: ResourceKind, name: string): Resource | undefined =>
  lookIn(model).byName.get(keyOf(kind, name));

export const resourcesOf = (model: TenantModel, kind: ResourceKind): readonly Resource[] =>
  model.resources.filter((resource) => resource.kind === kind);

/** Whether a resource says anything about a setting or what is below it. */
export const mentions = ({ fields }: Resource, path: string): boolean =>
  fields.has(path) || [...fields.keys()].some((key) => key.startsWith(`${path}.`));

/** A text setting; `undefined` where it is absent or something else. */
export function textAt(resource: Resource | undefined, path: string): string | undefined {
  const field = resource?.fields.get(path);
  switch (field?.kind) {
    case 'settings':
    case 'code':
      return field.text;
    case 'value':
      return typeof field.value === 'string' ? field.value : undefined;
    case 'set':
    case 'secret':
    case undefined:
      return undefined;
  }
}

/** The items of a set; none where it is absent. */
export function itemsAt(resource: Resource | undefined, path: string): readonly string[] {
  const field = resource?.fields.get(path);
  return field?.kind === 'set' ? field.items : [];
}

/** Stands for all that may use a connection and that nobody has named: they have no settings of their own. */
export const ANY_OTHER_APPLICATION = '(any other application)';

/**
 * The applications that people can sign in to through a connection, for their own sake. Where a file leaves that to the
 * dashboard, or opens it to the whole domain, it may be any that has users: those of the file, and others that it knows nothing
 * of.
 */
export function applicationsOf(model: TenantModel, connection: string): ReadonlySet<string> {
  const { applications } = lookIn(model);
  const known = applications.get(connection) ?? new Set(applicationsIn(model, connection));
  applications.set(connection, known);
  return known;
}

function applicationsIn(model: TenantModel, connection: string): readonly string[] {
  const found = resourceIn(model, 'connection', connection);
  if (found === undefined) return [];
  const domain = found.fields.get('is_domain_connection');
  const isOpen = domain?.kind === 'value' && domain.value === true;
  const isOwn = (name: string): boolean => !isStepOfLogin(model, name);
  const named = itemsAt(found, 'enabled_clients').filter(isOwn);
  if (found.fields.has('enabled_clients') && !isOpen) return named;
  const others = resourcesOf(model, 'application')
    .filter((application) => textAt(application, 'app_type') !== 'non_interactive')
    .map(({ name }) => name)
    .filter(isOwn);
  return [...named, ...others, ANY_OTHER_APPLICATION];
}

/** Whether our Actions hold an application to no rules, whoever signs in to it. */
export const isStepUp = ({ stepUp }: TenantModel, application: string | undefined): boolean =>
  application !== undefined && stepUp?.application === application;

/**
 * Whether people sign in to an application only in the middle of another login: its codes go to the tenant itself, at any of its
 * domains, where an Action takes them.
 */
export const isStepOfLogin = (model: TenantModel, application: string): boolean =>
  isStepUp(model, application) &&
  itemsAt(resourceIn(model, 'application', application), 'callbacks').every((callback) =>
    CONTINUE_ADDRESS.test(callback),
  );

/** The text settings right below a path, by name: the metadata of a connection or an application. */
export function textsBelow(resource: Resource | undefined, path: string): Readonly<Record<string, string>> {
  const start = `${path}.`;
  return Object.fromEntries(
    [...(resource?.fields.keys() ?? [])]
      .filter((key) => key.startsWith(start))
      .flatMap((key): [string, string][] => {
        const text = textAt(resource, key);
        return text === undefined ? [] : [[key.slice(start.length), text]];
      }),
  );
}
