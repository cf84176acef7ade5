import { Problem } from '../base/problem.ts';
import type { Operation } from './operation.ts';
import { missingPutBackScopes } from '../tenant-access/required-scopes.ts';

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
  const missing = missingPutBackScopes(accessToken).flatMap((scope) => {
    const needing = operations.filter((operation) => deleteScopeOf(operation) === scope);
    return needing.length === 0 ? [] : [`    ${scope}  for: ${needing.map(({ what }) => what).join('; ')}`];
  });
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

/** `delete:client_grants` for `DELETE /client-grants/ID`. */
const deleteScopeOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string | undefined =>
  method === 'DELETE' ? `delete:${(path.split('/')[1] ?? '').replaceAll('-', '_')}` : undefined;
