import { faultyAnswer } from './faults.ts';
import type { DiditStandIn } from './grants.ts';
import { personaFacts } from './persona-facts.ts';
import { loadPersonas, userInfoOf } from './personas.ts';
import { temporaryPicture } from './pictures.ts';

/**
 * `GET /auth/v2/users/retrieve`: the granted scopes of the token's person. 401 for a token that is missing, unknown or expired,
 * 403 for one that stands for no person.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export async function retrieveUser(
  { context, grants, slowMilliseconds }: DiditStandIn,
  authorization: string | undefined,
): Promise<Response> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const document = token === undefined ? undefined : grants.accessTokens.find(token);
  if (document === undefined)
    return refused(401, 'invalid_token', 'The token is missing, unknown or expired');
  const { grant } = document;
  const persona = loadPersonas().find(({ name }) => name === grant?.persona);
  if (grant === null || persona === undefined)
    return refused(403, 'insufficient_scope', 'The token does not permit to read a user');
  const faulty = await faultyAnswer(grant.fault, 'userinfo', slowMilliseconds);
  if (faulty !== undefined) return faulty;
  const userInfo = userInfoOf(
    personaFacts(context.store).applied(persona),
    grant.scopes,
    grant.login,
    temporaryPicture(context, persona.name),
  );
  return Response.json(
    grant.fault === 'userinfo-no-subject'
      ? Object.fromEntries(Object.entries(userInfo).filter(([name]) => name !== 'sub' && name !== 'user_id'))
      : userInfo,
  );
}

const refused = (status: number, error: string, description: string): Response =>
  Response.json(
    { error, error_description: description },
    { status, headers: { 'www-authenticate': `Bearer error="${error}"` } },
  );
