import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { TenantContext } from '../context.ts';
import { readFormBody } from '../server/form.ts';
import type { DiditAuthorizeVerdict } from './authorize-request.ts';
import { judgeAuthorizeRequest } from './authorize-request.ts';
import { isKnownClient, registeredCallback } from './client-registry.ts';
import { isFault } from './faults.ts';
import type { DiditStandIn } from './grants.ts';
import { CODE_SECONDS } from './grants.ts';
import { EXPECTED_PERSONA_COOKIE, STAND_IN_PATH } from './hosts.ts';
import { consentPage, errorPage } from './page.ts';
import { loadEveryPersona, loadPersonas } from './personas.ts';

/** Fields of the page that are the person's answer, not part of the authorize request. */
const ANSWER_FIELDS = ['persona', 'decision', 'fault'];

const judge = (context: TenantContext, parameters: Readonly<Record<string, string>>): DiditAuthorizeVerdict =>
  judgeAuthorizeRequest(parameters, {
    isClient: (clientId) => isKnownClient(context, clientId),
    callback: registeredCallback(context),
  });

/** `GET /` and `GET /auth/v2/authorize`: the page that asks. */
export async function showConsent(context: TenantContext, c: Context): Promise<Response> {
  const parameters = c.req.query();
  const verdict = judge(context, parameters);
  if (verdict.kind !== 'ask') return refuse(c, verdict);
  return c.html(
    await consentPage(
      `${STAND_IN_PATH}/answer`,
      parameters,
      verdict.request.scopes,
      loadEveryPersona(),
      getCookie(c, EXPECTED_PERSONA_COOKIE),
    ),
  );
}

/** `POST /answer`: the person's answer, from the page. The hidden fields are judged again: a page can be tampered with. */
export async function takeAnswer({ context, grants }: DiditStandIn, c: Context): Promise<Response> {
  const fields = await readFormBody(c);
  const parameters = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !ANSWER_FIELDS.includes(name)),
  );
  const verdict = judge(context, parameters);
  if (verdict.kind !== 'ask') return refuse(c, verdict);
  const { request } = verdict;
  const persona = loadPersonas().find(({ name }) => name === fields['persona']);
  const isDenied = fields['decision'] === 'deny';
  if (persona === undefined && !isDenied)
    return c.html(await errorPage(`There is no persona ${fields['persona'] ?? ''}.`), 400);
  const fault = isFault(fields['fault']) ? fields['fault'] : (persona?.fault ?? 'none');
  if (persona === undefined || isDenied || fault === 'consent-denied') {
    return refuse(c, {
      kind: 'refuse',
      redirectUri: request.redirectUri,
      state: request.state,
      error: 'access_denied',
      description: 'The user denied the request',
    });
  }
  const code = context.store.transaction(() =>
    grants.codes.issue({
      grant: {
        client_id: request.clientId,
        persona: persona.name,
        subject: persona.subject,
        scopes: request.scopes,
        login: grants.countLogin(persona.name),
        fault,
      },
      redirect_uri: request.redirectUri,
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
      ...(request.proofKey === undefined ? {} : { proof_key: request.proofKey }),
      expires_at: context.now() + CODE_SECONDS * 1000,
    }),
  );
  return c.redirect(withQuery(request.redirectUri, { code, state: request.state }), 302);
}

async function refuse(
  c: Context,
  verdict: Exclude<DiditAuthorizeVerdict, { kind: 'ask' }>,
): Promise<Response> {
  if (verdict.kind === 'stop') return c.html(await errorPage(verdict.message), 400);
  const { redirectUri, error, description, state } = verdict;
  return c.redirect(withQuery(redirectUri, { error, error_description: description, state }), 302);
}

function withQuery(url: string, query: Readonly<Record<string, string | undefined>>): string {
  const extended = new URL(url);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) extended.searchParams.set(name, value);
  return extended.href;
}
