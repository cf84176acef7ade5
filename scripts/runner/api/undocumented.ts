import type { ActionContext, ApiArea } from './run-state.ts';

/**
 * `api.groups` and `api.roles`: the documentation names them, but we could not read their methods. Any method is there,
 * does nothing, and says so in the trace.
 */
export const undocumentedApi = (
  area: 'groups' | 'roles',
  { note }: ActionContext,
  record: (method: string, values: readonly unknown[]) => void,
): ApiArea =>
  new Proxy<ApiArea>(
    {},
    {
      get: (_target, method) =>
        // An object with a `then` would be taken for a promise when an Action awaits it.
        typeof method !== 'string' || method === 'then'
          ? undefined
          : (...values: unknown[]) => {
              record(`api.${area}.${method}`, values);
              note(`api.${area}.${method} does nothing on the local tenant.`);
            },
    },
  );
