import { accessApi } from './access.ts';
import { authenticationApi } from './authentication.ts';
import { cacheApi } from './cache.ts';
import { groupsApi, rolesApi } from './membership.ts';
import { multifactorApi } from './multifactor.ts';
import { promptApi } from './prompt.ts';
import { redirectApi } from './redirect.ts';
import { refreshTokenApi } from './refresh-token.ts';
import { rulesApi } from './rules.ts';
import type { ActionContext, ApiArea } from './run-state.ts';
import { samlResponseApi } from './saml-response.ts';
import { sessionApi } from './session.ts';
import { accessTokenApi, idTokenApi } from './tokens.ts';
import { transactionApi } from './transaction.ts';
import { userApi } from './user.ts';
import { validationApi } from './validation.ts';

export type PostLoginApi = Readonly<Record<string, ApiArea>>;

type RecordCall = (method: string, values: readonly unknown[]) => void;

/**
 * The calls that answer with `api`, so that others can be chained to them. All others answer with what they found, or nothing.
 */
const CHAINED = new Set([
  'access.deny',
  'accessToken.setCustomClaim',
  'authentication.recordMethod',
  'idToken.setCustomClaim',
  'multifactor.enable',
  'redirect.sendUserTo',
  'user.setAppMetadata',
  'user.setUserMetadata',
  'validation.error',
]);

/**
 * The `api` object of one Action: what its calls take, check and answer is as in Auth0's published implementation.
 * @param record Told of each call before it is carried out, with its arguments as they were given.
 * @see https://github.com/auth0/auth0-actions
 */
export function createPostLoginApi(context: ActionContext, record: RecordCall): PostLoginApi {
  const areas: Record<string, ApiArea> = {
    access: accessApi(context),
    accessToken: accessTokenApi(context),
    authentication: authenticationApi(context),
    cache: cacheApi(context),
    groups: groupsApi(context),
    idToken: idTokenApi(context),
    multifactor: multifactorApi(context),
    prompt: promptApi(context),
    redirect: redirectApi(context),
    refreshToken: refreshTokenApi(context),
    roles: rolesApi(context),
    rules: rulesApi(context),
    samlResponse: samlResponseApi(context),
    session: sessionApi(context),
    transaction: transactionApi(context),
    user: userApi(context),
    validation: validationApi(context),
  };
  const api: Record<string, ApiArea> = {};
  for (const [area, methods] of Object.entries(areas)) {
    api[area] = Object.fromEntries(
      Object.entries(methods).map(([method, carryOut]) => [
        method,
        (...values: unknown[]) => {
          record(`api.${area}.${method}`, values);
          const answer = carryOut(...values);
          return area === 'samlResponse' || CHAINED.has(`${area}.${method}`) ? api : answer;
        },
      ]),
    );
  }
  return api;
}
