import { expect, test } from 'vitest';
import { containing } from '../../matchers.ts';
import { APPLICATION, authorizeUrl, startTenant, TENANT_URL } from './tenant-under-test.ts';

test('/authorize takes a form as well as a query, and begins the same login', async () => {
  const tenant = await startTenant();
  const locationOf = async (more: Record<string, string>): Promise<string | null> => {
    const { searchParams: body } = new URL(authorizeUrl({ state: 'example-state', ...more }));
    const asked = { method: 'POST', body, redirect: 'manual' } as const;
    return (await tenant.fetch(`${TENANT_URL}/authorize`, asked)).headers.get('location');
  };
  expect(await locationOf({})).toMatch(/^https:\/\/localhost:4433\/didit-stand-in/);
  expect(await locationOf({ prompt: 'none' })).toBe(
    `${APPLICATION.callback}?error=login_required&error_description=Login+required&state=example-state`,
  );
});

test.each([
  ...[
    'redirect_uri',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'audience',
    'prompt',
    'max_age',
    'login_hint',
  ],
  ...['connection', 'organization', 'code_challenge', 'code_challenge_method', 'request', 'request_uri'],
])('/authorize takes %s without a value as left out', async (name) => {
  const tenant = await startTenant();
  expect(Object.keys(await tenant.callbackOf({ [name]: '' }))).toEqual(['code']);
  expect(tenant.runs[0]?.event).not.toHaveProperty(`request.query.${name}`);
});

test('{organization_name} in a callback is the name of the organization that the login is for', async () => {
  const tenant = await startTenant();
  const callbacks = ['https://{organization_name}.example.com/callback'];
  tenant.updateClient({ organization_usage: 'allow', callbacks });
  tenant.collections.things('/organizations').put('org_1', { id: 'org_1', name: 'app' });
  tenant.collections.things('/organizations').put('org_2', { id: 'org_2', name: 'other' });
  expect(await tenant.callbackOf({ organization: 'org_1' })).toMatchObject({ error: 'access_denied' });
  for (const parameters of [{ organization: 'org_2' }, { organization: 'org_3' }, { organization: '' }])
    expect(await tenant.authorize(parameters)).toMatchObject({
      page: { status: 403, html: containing('Callback URL mismatch') },
    });
  tenant.updateClient({ organization_usage: 'deny' });
  expect(await tenant.authorize({ organization: 'org_1' })).toMatchObject({ page: { status: 403 } });
});
