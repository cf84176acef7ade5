import { accessApi } from './access.ts';
import { authenticationApi } from './authentication.ts';
import { cacheApi } from './cache.ts';
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
import { undocumentedApi } from './undocumented.ts';
import { userApi } from './user.ts';
import { validationApi } from './validation.ts';

export type PostLoginApi = Readonly<Record<string, ApiArea>>;

type RecordCall = (method: string, values: readonly unknown[]) => void;

/**
 * The `api` object of one Action.
 * @param record Told of each call before it is carried out, with its arguments as they were given.
 */
export function createPostLoginApi(context: ActionContext, record: RecordCall): PostLoginApi {
  const api: Record<string, ApiArea> = {
    groups: undocumentedApi('groups', context, record),
    roles: undocumentedApi('roles', context, record),
  };
  const chainable = {
    access: accessApi(context),
    accessToken: accessTokenApi(context),
    idToken: idTokenApi(context),
    multifactor: multifactorApi(context),
    refreshToken: refreshTokenApi(context),
    session: sessionApi(context),
    user: userApi(context),
    validation: validationApi(context),
  };
  for (const [area, methods] of Object.entries(chainable))
    api[area] = recorded(area, methods, record, () => api);
  const answering = {
    authentication: authenticationApi(context),
    cache: cacheApi(context),
    prompt: promptApi(context),
    redirect: redirectApi(context),
    rules: rulesApi(context),
    samlResponse: samlResponseApi(context),
    transaction: transactionApi(context),
  };
  for (const [area, methods] of Object.entries(answering)) {
    api[area] = recorded(area, methods, record, (answer) => answer);
  }
  return api;
}

const recorded = (
  area: string,
  methods: ApiArea,
  record: RecordCall,
  answer: (result: unknown) => unknown,
): ApiArea =>
  Object.fromEntries(
    Object.entries(methods).map(([method, carryOut]) => [
      method,
      (...values: unknown[]) => {
        record(`api.${area}.${method}`, values);
        return answer(carryOut(...values));
      },
    ]),
  );
