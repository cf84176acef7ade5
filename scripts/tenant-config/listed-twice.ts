import { Problem } from '../base/problem.ts';
import type { Finding, Path } from './finding.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';
import type { TenantConfig } from './tenant-config.ts';

/** Items of one list, each with what tells it from the others. */
interface List {
  readonly path: Path;
  readonly items: readonly (readonly string[])[];
  /** Where the first part of an item's identity stands below it; the message names that. */
  readonly key: string;
}

/** Every list of `tenant.yaml` in which a thing can stand only once, and what makes two items the same thing. */
const lists = (config: TenantConfig): readonly List[] => [
  list(['connections'], 'name', config.connections, ({ name }) => [name]),
  list(['actions'], 'name', config.actions, ({ name }) => [name]),
  ...config.actions.flatMap(({ secrets = [], dependencies = [] }, index) => [
    list(['actions', index, 'secrets'], 'name', secrets, ({ name }) => [name]),
    list(['actions', index, 'dependencies'], 'name', dependencies, ({ name }) => [name]),
  ]),
  list(['triggers', 'post-login'], 'action_name', config.triggers['post-login'], ({ action_name }) => [
    action_name,
  ]),
  list(['clients'], 'name', config.clients, ({ name }) => [name]),
  list(['clientGrants'], 'client_id', config.clientGrants, (grant) => [
    grant.client_id,
    grant.audience,
    grant.subject_type ?? 'client',
  ]),
  list(['resourceServers'], 'identifier', config.resourceServers ?? [], ({ identifier }) => [identifier]),
  ...(config.resourceServers ?? []).map(({ scopes = [] }, index) =>
    list(['resourceServers', index, 'scopes'], 'value', scopes, ({ value }) => [value]),
  ),
  list(['organizations'], 'name', config.organizations ?? [], ({ name }) => [name]),
  ...(config.organizations ?? []).map(({ connections = [] }, index) =>
    list(['organizations', index, 'connections'], 'name', connections, ({ name }) => [name]),
  ),
];

const list = <Item>(
  path: Path,
  key: string,
  items: readonly Item[],
  identityOf: (item: Item) => readonly string[],
): List => ({ path, key, items: items.map(identityOf) });

/**
 * `TENANT_FILE_REFERENCE` for each thing that stands in its list a second time: the deploy would send both, one over the other.
 *
 * @param config Of the file, its placeholders filled in or not. What they stand for is not shown.
 */
export const listedTwice = (tenantFile: TenantFile, config: TenantConfig): readonly Finding[] =>
  lists(config).flatMap(({ path, key, items }) => {
    const firsts = new Map<string, number>();
    return items.flatMap((identity, index): readonly Finding[] => {
      const text = JSON.stringify(identity);
      const first = firsts.get(text);
      if (first === undefined) {
        firsts.set(text, index);
        return [];
      }
      const at = (position: number): Path => [...path, position, key];
      const lines = [first, index].map((position) => placeOf(tenantFile, at(position)).line);
      return [
        {
          paths: [at(index)],
          problem: new Problem({
            code: 'TENANT_FILE_REFERENCE',
            message: `"${String(tenantFile.document.getIn(at(index)))}" is defined twice under ${path.join('.')}, in lines ${lines.join(' and ')}.`,
            place: placeOf(tenantFile, at(index)),
            remedy: key === 'client_id' ? 'Make one grant of both.' : 'Name each once.',
          }),
        },
      ];
    });
  });

/**
 * `TENANT_FILE_REFERENCE` for each former name that is a name of now, or somebody else's former one: a thing has one past, and no
 * two have the same.
 *
 * @param config As for `listedTwice`.
 */
export const formerNamesTaken = (tenantFile: TenantFile, config: TenantConfig): readonly Finding[] =>
  [
    { of: 'actions', items: config.actions },
    { of: 'clients', items: config.clients },
  ].flatMap(({ of, items }) => {
    const names = new Set(items.map(({ name }) => name));
    const former = new Set<string>();
    return items.flatMap(({ formerly }, index): readonly Finding[] => {
      if (formerly === undefined) return [];
      const path = [of, index, 'formerly'];
      const isName = names.has(formerly);
      const isFirst = !former.has(formerly);
      former.add(formerly);
      if (!isName && isFirst) return [];
      const why = isName ? 'a name that is still listed' : 'the former name of another one';
      return [
        {
          paths: [path],
          problem: new Problem({
            code: 'TENANT_FILE_REFERENCE',
            message: `"${String(tenantFile.document.getIn(path))}" is ${why}.`,
            place: placeOf(tenantFile, path),
            remedy: 'Name under formerly what nothing in the file is called any more, once.',
          }),
        },
      ];
    });
  });
