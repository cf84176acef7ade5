/**
 * What can be made to go wrong, and where: a persona carries a fault in personas.yaml, or the page's `fault` field asks for one
 * for a single login.
 */
export const FAULTS = [
  'none',
  /** The user refuses at the consent page. */
  'consent-denied',
  'token-slow',
  'token-500',
  'token-401',
  'token-malformed',
  'userinfo-slow',
  'userinfo-500',
  'userinfo-401',
  'userinfo-malformed',
  /** Userinfo without `sub` and `user_id`. */
  'userinfo-no-subject',
] as const;

export type Fault = (typeof FAULTS)[number];

export const isFault = (value: unknown): value is Fault => FAULTS.some((fault) => fault === value);

export type FaultyEndpoint = 'token' | 'userinfo';

/**
 * The answer that a fault puts in the place of an endpoint's own, or `undefined` when the endpoint answers as usual
 * (after a wait, when the fault is slowness).
 *
 * @param slowMilliseconds How long a slow endpoint takes.
 */
export async function faultyAnswer(
  fault: Fault,
  endpoint: FaultyEndpoint,
  slowMilliseconds: number,
): Promise<Response | undefined> {
  switch (fault) {
    case `${endpoint}-slow`:
      await new Promise((resolve) => setTimeout(resolve, slowMilliseconds));
      return undefined;
    case `${endpoint}-500`:
      return new Response('Internal Server Error', { status: 500 });
    case `${endpoint}-401`:
      return Response.json(endpoint === 'token' ? { error: 'invalid_client' } : { error: 'invalid_token' }, {
        status: 401,
      });
    case `${endpoint}-malformed`:
      return new Response('{"access_token": "cut of', { headers: { 'content-type': 'application/json' } });
    default:
      return undefined;
  }
}
