import { existsSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { isJsonObject } from '../../../scripts/base/json-values.ts';
import { textIn } from '../login/tenant-under-test.ts';
import { anyString, matching } from '../../matchers.ts';
import {
  app,
  openStandIn,
  NOW,
  SUBJECT,
  exchange,
  userInfo,
  sharedWith,
  token,
} from './stand-in-under-test.ts';

beforeEach(openStandIn);

describe('userinfo', () => {
  test('holds the facts of Didit’s documented answer for the adult', async (context) => {
    const file = new URL('../../../../shared/fixtures/didit/userinfo.json', import.meta.url);
    if (!existsSync(file)) {
      context.skip('the documented sample is not at hand');
      return;
    }
    const documented: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const shared = await sharedWith('adult', 'openid names email phone picture is_verified is_over_18');
    if (!isJsonObject(documented)) throw new Error('expected an object');
    expect(shared).toEqual({
      ...documented,
      sub: SUBJECT,
      picture: matching(/^https:/),
      is_verified: true,
      is_over_18: true,
    });
  });

  test('shows granted scopes only', async () => {
    expect(await sharedWith('adult', 'openid')).toEqual({ sub: SUBJECT });
    expect(await sharedWith('adult', 'openid user_id is_over_21')).toEqual({
      sub: SUBJECT,
      user_id: SUBJECT,
      is_over_21: true,
    });
  });

  test('leaves out what a persona has not got', async () => {
    expect(await sharedWith('no-email', 'openid email is_verified')).toEqual({
      sub: anyString,
      is_verified: true,
    });
    expect(await sharedWith('unverified', 'openid is_verified is_over_18')).toEqual({
      sub: anyString,
      is_verified: false,
    });
  });

  test('changes between two logins, and a token keeps reading what it was made for', async () => {
    const first = (await exchange('renamed')).body['access_token'];
    const second = (await exchange('renamed')).body['access_token'];
    const third = (await exchange('renamed')).body['access_token'];
    const names = async (accessToken: unknown): Promise<unknown> => (await userInfo(accessToken)).json();
    expect(await names(first)).toMatchObject({ names: { full_name: 'Robin Before' } });
    expect(await names(second)).toMatchObject({ names: { full_name: 'Robin After' } });
    expect(await names(third)).toMatchObject({ names: { full_name: 'Robin After' } });
  });

  test('answers with and without trailing slash', async () => {
    const { body } = await exchange('adult');
    expect((await userInfo(body['access_token'], '/')).status).toBe(200);
  });

  test('401 without a token, for an unknown one, and for an expired one', async () => {
    const { body } = await exchange('adult');
    expect((await app.request('/didit-stand-in/auth/v2/users/retrieve')).status).toBe(401);
    expect((await userInfo('unknown')).status).toBe(401);
    vi.setSystemTime(NOW + 3_600_000);
    expect((await userInfo(body['access_token'])).status).toBe(401);
  });

  test('403 for a token of the client itself', async () => {
    const { body } = await token({ grant_type: 'client_credentials' });
    expect((await userInfo(body['access_token'])).status).toBe(403);
  });
});

describe('pictures', () => {
  const pictureOf = async (): Promise<URL> => {
    const shared = await sharedWith('adult', 'openid picture');
    return new URL(isJsonObject(shared) ? textIn(shared, 'picture') : '');
  };

  test('expire', async () => {
    const url = await pictureOf();
    const response = await app.request(url.href);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    vi.setSystemTime(NOW + 3_600_000);
    expect((await app.request(url.href)).status).toBe(403);
  });

  test('cannot be given more time', async () => {
    const url = await pictureOf();
    url.searchParams.set('expires', String(NOW));
    expect((await app.request(url.href)).status).toBe(403);
  });
});
