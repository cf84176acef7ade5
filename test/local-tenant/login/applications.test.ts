import { expect, test } from 'vitest';
import { isPublicClient } from '../../../scripts/local-tenant/login/applications.ts';
import { client } from './tenant-under-test.ts';

test('who has a secret to keep: the setting decides, then the type', () => {
  expect(
    [
      {},
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: null, app_type: 'spa' },
      { app_type: 'native' },
      { app_type: 'native', token_endpoint_auth_method: 'client_secret_post' },
    ].map((settings) => isPublicClient(client('x', settings))),
  ).toEqual([false, true, true, true, false]);
});
