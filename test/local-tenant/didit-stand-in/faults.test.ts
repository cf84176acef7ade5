import { beforeEach, describe, expect, test } from 'vitest';
import { isJsonObject } from '../../../scripts/base/json-values.ts';
import { anything } from '../../matchers.ts';
import { app, openStandIn, CALLBACK, form, CREDENTIALS, userInfo, answer } from './stand-in-under-test.ts';

beforeEach(openStandIn);

describe('faults on demand', () => {
  const tokenWith = async (fault: string): Promise<Response> => {
    const code = (await answer({ persona: 'adult', fault })).get('code') ?? '';
    return await app.request('/didit-stand-in/auth/v2/token', {
      ...form({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK }),
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: CREDENTIALS },
    });
  };
  const userInfoWith = async (fault: string): Promise<Response> => {
    const body: unknown = await (await tokenWith(fault)).json();
    return await userInfo(isJsonObject(body) ? body['access_token'] : '');
  };

  test.each([
    ['token-500', 500],
    ['token-401', 401],
  ])('%s', async (fault, status) => {
    expect((await tokenWith(fault)).status).toBe(status);
  });

  test.each([
    ['userinfo-500', 500],
    ['userinfo-401', 401],
  ])('%s', async (fault, status) => {
    expect((await userInfoWith(fault)).status).toBe(status);
  });

  test('malformed JSON comes with a status that promises better', async () => {
    for (const response of [await tokenWith('token-malformed'), await userInfoWith('userinfo-malformed')]) {
      expect(response.status).toBe(200);
      await expect(response.json()).rejects.toThrow(SyntaxError);
    }
  });

  test('a missing subject, whatever scopes were granted', async () => {
    expect(await (await userInfoWith('userinfo-no-subject')).json()).toEqual({
      names: anything,
      email: anything,
    });
  });

  test('slow endpoints answer right, but late', async () => {
    for (const respond of [tokenWith, userInfoWith]) {
      const fault = respond === tokenWith ? 'token-slow' : 'userinfo-slow';
      const started = performance.now();
      expect((await respond(fault)).status).toBe(200);
      expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    }
  });

  test('hit one login only', async () => {
    await tokenWith('token-500');
    expect((await tokenWith('')).status).toBe(200);
  });
});
