import * as openid from 'openid-client';
import { expect, test } from 'vitest';
import { loginProblem } from '../../scripts/login/login-problem.ts';
import { remoteLogin } from '../../scripts/login/remote-login.ts';
import { freePort } from '../free-port.ts';
import { problemsOfAsync } from '../problems-of.ts';

test('a tenant that cannot be reached is a problem with a reason', async () => {
  const application = {
    name: 'Shop',
    clientId: 'id',
    clientSecret: undefined,
    callback: new URL('http://127.0.0.1:1/callback'),
    idTokenAlgorithm: 'RS256',
  };
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
