import { stringsIn } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { optionsArgument } from './arguments.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

const PAGE_SIZE = 50;

/** `api.groups`: nobody is in a group of the local tenant. */
export const groupsApi = ({ note }: ActionContext): ApiArea => ({
  getUserGroups: promised((page) => {
    pageArgument(page);
    note('The local tenant has no groups: api.groups finds none.');
    return { groups: [] };
  }),
  hasGroupMembership: promised((groups) => {
    const memberships = listArgument(groups, 'groups').map((group) => [group, { is_member: false }] as const);
    note('The local tenant has no groups: api.groups finds none.');
    return { memberships: Object.fromEntries(memberships) };
  }),
});

/** `api.roles`: those of `event.authorization.roles`. The event has names only, so that nothing is found by id. */
export function rolesApi({ event, note }: ActionContext): ApiArea {
  const roles = (): JsonObject[] => {
    return stringsIn(partOf(event, 'authorization'), 'roles').map((name) => ({ name }));
  };
  return {
    getUserEffectiveRoles: promised((page) => {
      const { from, take } = pageArgument(page);
      const all = roles();
      const end = from + take;
      return { roles: all.slice(from, end), ...(end < all.length ? { next: String(end) } : {}) };
    }),
    getUserEffectiveRolesByIds: promised((ids) => {
      listArgument(ids, 'ids');
      note('The runtime knows roles by name: api.roles finds none by id.');
      return { roles: [] };
    }),
    getUserEffectiveRolesByNames: promised((names) => {
      const asked = listArgument(names, 'names');
      return { roles: roles().filter(({ name }) => typeof name === 'string' && asked.includes(name)) };
    }),
  };
}

/** What it throws is a rejection. */
const promised =
  (answer: (value: unknown) => JsonObject) =>
  (value: unknown): Promise<JsonObject> =>
    new Promise((resolve) => {
      resolve(answer(value));
    });

function pageArgument(value: unknown): { readonly from: number; readonly take: number } {
  const { from, take } = optionsArgument(value, 'params');
  if (from !== undefined && typeof from !== 'string') {
    throw new TypeError('The "from" parameter must be a string if provided.');
  }
  if (take !== undefined && !(typeof take === 'number' && Number.isInteger(take) && take > 0)) {
    throw new TypeError('The "take" parameter must be a positive integer if provided.');
  }
  return { from: Number(from ?? 0) || 0, take: typeof take === 'number' ? take : PAGE_SIZE };
}

function listArgument(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new TypeError(`The "${name}" parameter must be a non-empty array of strings.`);
  }
  return value.map(String);
}
