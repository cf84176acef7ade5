import { HANDLERS } from '../contract.ts';
import type { ActionTrace, DeployedAction } from '../contract.ts';
import { loadCommonJs } from './modules.ts';

export type Handler = (event: unknown, api: unknown) => Promise<unknown>;

export interface ActionInstances {
  /**
   * @throws {Error} whatever the Action's own code throws while it loads, or Auth0's words for a handler that it
   * refuses.
   */
  handlerOf(action: DeployedAction, name: ActionTrace['handler']): Handler;
}

/**
 * Keeps each Action's module once it is loaded: where a worker serves several logins, module-level state lives on. New
 * code under the same id is loaded again.
 *
 * @param root Folder whose `node_modules` holds the declared packages.
 */
export function createInstances(root: string): ActionInstances {
  const loaded = new Map<
    string,
    { readonly code: string; readonly exports: Readonly<Record<string, unknown>> }
  >();
  const exportsOf = (action: DeployedAction): Readonly<Record<string, unknown>> => {
    const present = loaded.get(action.id);
    if (present?.code === action.code) return present.exports;
    const exports = loadCommonJs(
      {
        fileName: `${action.name.replaceAll(/[^\w.-]/g, '_')}.js`,
        code: action.code,
        packages: action.dependencies.map(({ name }) => name),
      },
      root,
    );
    loaded.set(action.id, { code: action.code, exports });
    return exports;
  };
  return {
    handlerOf(action, name) {
      const exports = exportsOf(action);
      for (const each of HANDLERS) {
        if (each in exports && !isHandler(exports[each])) throw invalidHandler(each);
      }
      const handler = exports[name];
      if (!isHandler(handler)) throw invalidHandler(name);
      return handler;
    },
  };
}

const invalidHandler = (name: string): Error =>
  new Error(`Invalid function signature for the "${name}" handler`);

/**
 * Auth0's own test: the value's constructor is called `AsyncFunction`. A plain function that returns a promise is
 * refused.
 */
const isHandler = (value: unknown): value is Handler =>
  typeof value === 'function' && value.constructor.name === 'AsyncFunction';
