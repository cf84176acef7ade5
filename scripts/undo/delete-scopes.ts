import { Problem } from '../base/problem.ts';
import type { Operation } from './operation.ts';
import { missingScopes } from '../tenant-access/granted-scopes.ts';

/**
 * Finds out before anybody is asked, and before anything is taken away, what the tenant would refuse to remove.
 *
 * @param accessToken A Management API token. One that is not a JWT cannot be looked into, and is let through.
 * @throws {Problem} `SCOPE_MISSING`, with all of them and what each is needed for.
 */
export function checkDestroyScopes(
  accessToken: string,
  domain: string,
  operations: readonly Pick<Operation, 'method' | 'path' | 'what'>[],
): void {
  const needing = Map.groupBy(operations, deleteScopeOf);
  const missing = missingScopes(
    accessToken,
    [...needing.keys()].flatMap((scope) => scope ?? []),
  ).map((scope) => `    ${scope}  for: ${(needing.get(scope) ?? []).map(({ what }) => what).join('; ')}`);
  if (missing.length === 0) return;
  throw new Problem({
    code: 'SCOPE_MISSING',
    message: [
      'The deploy client does not have all scopes that removing needs. Nothing was changed. Missing:',
      ...missing,
    ].join('\n'),
    place: { tenant: domain },
    remedy:
      'Grant them for as long as this takes. Auth0 dashboard: Applications > APIs > Auth0 Management API > Machine to Machine Applications > your deploy client > Permissions.',
  });
}

/**
 * `delete:client_grants` for `DELETE /client-grants/ID`, `delete:organization_connections` for `DELETE
 * /organizations/ID/connections/ID`.
 */
function deleteScopeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string | undefined {
  if (method !== 'DELETE') return undefined;
  const [, kind = '', , part] = path.split('/');
  const name = kind === 'organizations' && part !== undefined ? `organization_${part}` : kind;
  return `delete:${name.replaceAll('-', '_')}`;
}
