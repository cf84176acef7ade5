import * as openid from 'openid-client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loginProblem } from '../../scripts/login/login-problem.ts';
import { remoteLogin } from '../../scripts/login/remote-login.ts';
import { freePort } from '../free-port.ts';
import { containing } from '../matchers.ts';
import { problemsOfAsync } from '../problems-of.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const application = {
  name: 'Shop',
  clientId: 'id',
  clientSecret: 'secret',
  callback: new URL('http://127.0.0.1:1/callback'),
  idTokenAlgorithm: 'RS256',
};

describe('a tenant sends neither the person, nor the code, nor the client secret elsewhere', () => {
  const TENANT = 'https://tenant.example.com';
  const DISCOVERED = {
    issuer: `${TENANT}/`,
    authorization_endpoint: `${TENANT}/authorize`,
    token_endpoint: `${TENANT}/oauth/token`,
    jwks_uri: `${TENANT}/.well-known/jwks.json`,
  };
  const ELSEWHERE = [
    'https://tenant.example.com.evil.example/authorize',
    'https://tenant.example.com:8443/authorize',
    'http://tenant.example.com/authorize',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '/authorize',
    '',
    5,
    null,
    {},
    undefined,
  ];

  test.each(
    (['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const).flatMap((name) =>
      ELSEWHERE.map((url) => [name, url] as const),
    ),
  )('by %s at %j', async (name, url) => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address);
      return Response.json({ ...DISCOVERED, [name]: url });
    });
    const show = vi.fn();
    const login = { connection: 'didit', audience: undefined, variablesFile: '.env.staging', show };
    expect(await problemsOfAsync(() => remoteLogin('tenant.example.com', application, login))).toMatchObject([
      {
        code: 'LOGIN_ANSWER_INVALID',
        message: containing(name),
        place: { variable: 'AUTH0_DOMAIN', from: 'environment or .env.staging' },
      },
    ]);
    expect(show).not.toHaveBeenCalled();
    expect(asked).toEqual([`${TENANT}/.well-known/openid-configuration`]);
  });

  test('nor does it answer without end', async () => {
    vi.stubGlobal('fetch', async () => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        controller.enqueue(new Uint8Array(1_048_576));
      };
      return new Response(new ReadableStream({ pull }), { headers: { 'content-type': 'application/json' } });
    });
    const login = { connection: 'didit', audience: undefined, show: (): void => undefined };
    expect(await problemsOfAsync(() => remoteLogin('tenant.example.com', application, login))).toMatchObject([
      { code: 'TENANT_ANSWER', place: { tenant: 'tenant.example.com' } },
    ]);
  });
});

test('a tenant that cannot be reached is a problem with a reason', async () => {
  const login = { connection: 'didit', audience: undefined, show: (): void => undefined };
  const domain = `localhost:${await freePort()}`;
  const [problem] = await problemsOfAsync(() => remoteLogin(domain, application, login));
  expect(problem).toMatchObject({ code: 'TENANT_UNREACHABLE' });
  expect(problem?.message).toContain('ECONNREFUSED');
});

test('an answer that openid-client does not believe is one too', () => {
  const error = new openid.ClientError('unexpected JWT claim value encountered');
  error.code = 'OAUTH_JWT_CLAIM_COMPARISON_FAILED';
  expect(loginProblem(error, 'tenant.example.com')).toMatchObject({
    code: 'LOGIN_ANSWER_INVALID',
    message:
      'The answer of tenant.example.com cannot be trusted: unexpected JWT claim value encountered (OAUTH_JWT_CLAIM_COMPARISON_FAILED).',
  });
});

test.each([new TypeError('cannot read properties of undefined'), new Error('something else')])(
  'a defect of ours stays one (%s)',
  (error) => {
    expect(loginProblem(error, 'tenant.example.com')).toBe(error);
  },
);
