import { createHash } from 'node:crypto';
import { asObject, stringIn, stringsIn } from '../../base/json-values.ts';
import { problemsIn } from '../../base/problem.ts';
import { collectionsOf } from '../../local-tenant/index.ts';
import type { ConsoleHost } from '../../local-tenant/index.ts';
import { planDeploy } from '../../plan/plan-deploy.ts';
import { isEmptyPlan } from '../../plan/plan.ts';
import { planForPrograms } from '../../plan/render/render-plan.ts';
import type { PlanForPrograms } from '../../plan/render/render-plan.ts';
import { preparedDeploy } from '../deployed.ts';
import type { WorkingTree } from '../simulated/working-tree.ts';

export interface TenantView {
  readonly url: string;
  readonly applications: readonly {
    readonly name: string;
    readonly client_id: string;
    readonly type: string | null;
    readonly callbacks: readonly string[];
    readonly connections: readonly string[];
    readonly settings: Readonly<Record<string, string>>;
  }[];
  readonly connections: readonly {
    readonly name: string;
    readonly strategy: string;
    readonly scope: string;
    readonly settings: Readonly<Record<string, string>>;
  }[];
  /** Those of the login flow, in their order. */
  readonly actions: readonly {
    readonly place: number;
    readonly name: string;
    /** Of the version that runs; `null`: none is deployed. */
    readonly version: number | null;
    readonly bytes: number;
    readonly sha256: string;
    readonly deployed_at: string | null;
    /** Compared with what the working tree builds; `null`: the working tree has no such Action, or cannot be built. */
    readonly same_as_working_tree: boolean | null;
  }[];
  /** Whether the working tree is what is deployed; `null` where it cannot be told. */
  readonly is_deployed: boolean | null;
  /** What a deploy would change; `null` where it cannot be told. docs/plan.schema.json. */
  readonly plan: PlanForPrograms | null;
  /** Why there is no plan. */
  readonly problem: string | null;
}

export async function tenantView(host: ConsoleHost, tree: () => Promise<WorkingTree>): Promise<TenantView> {
  const { context } = host;
  const { clients, connections, actions, actionVersions, triggerBindings } = collectionsOf(context.store);
  const linked = connections.all();
  const planned = await planOf(host, tree);
  const built = new Map((planned.tree?.bundles ?? []).map(({ target, code }) => [target.name, code]));
  return {
    url: context.url(),
    applications: clients.all().map(({ client_id: id, name, settings }) => ({
      name,
      client_id: id,
      type: stringIn(settings, 'app_type') ?? null,
      callbacks: stringsIn(settings, 'callbacks'),
      connections: linked
        .filter(({ enabled_clients: enabled }) => enabled.includes(id))
        .map((each) => each.name),
      settings: textsIn(settings['client_metadata'] ?? null),
    })),
    connections: linked.map(({ name, strategy, options, metadata }) => ({
      name,
      strategy,
      scope: stringIn(options, 'scope') ?? stringsIn(options, 'scope').join(' '),
      settings: metadata,
    })),
    actions: (triggerBindings.get('post-login')?.bindings ?? []).map(
      ({ action_id: id, display_name: display }, index) => {
        const action = actions.get(id);
        const version =
          action?.deployed_version_id == null ? undefined : actionVersions.get(action.deployed_version_id);
        const name = action?.name ?? display;
        const code = version?.code ?? '';
        const own = built.get(name);
        return {
          place: index + 1,
          name,
          version: version?.number ?? null,
          bytes: Buffer.byteLength(code),
          sha256: createHash('sha256').update(code).digest('hex'),
          deployed_at: version?.created_at ?? null,
          same_as_working_tree: own === undefined ? null : own === code,
        };
      },
    ),
    is_deployed: planned.plan === null ? null : isEmptyPlan(planned.plan),
    plan: planned.plan,
    problem: planned.problem,
  };
}

const textsIn = (metadata: Parameters<typeof asObject>[0]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(metadata)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

interface Planned {
  readonly tree: WorkingTree | undefined;
  readonly plan: PlanForPrograms | null;
  readonly problem: string | null;
}

/** A page about the tenant must not fail because the working tree cannot be built at the moment. */
async function planOf(host: ConsoleHost, read: () => Promise<WorkingTree>): Promise<Planned> {
  let tree: WorkingTree | undefined;
  try {
    tree = await read();
    const { api, prepared } = await preparedDeploy(host, tree);
    return { tree, plan: planForPrograms(await planDeploy(api, prepared)), problem: null };
  } catch (error) {
    const problems = problemsIn(error);
    if (problems.length === 0) throw error;
    return {
      tree,
      plan: null,
      problem: problems.map(({ code, message }) => `${code}: ${message}`).join('\n'),
    };
  }
}
