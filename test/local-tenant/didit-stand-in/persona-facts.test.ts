import { expect, test } from 'vitest';
import { personaFacts } from '../../../scripts/local-tenant/didit-stand-in/persona-facts.ts';
import { APPLICATION, startTenant } from '../login/tenant-under-test.ts';

test('what somebody changes about a persona is what Didit says at the next login, until it is taken back', async () => {
  const tenant = await startTenant();
  const facts = personaFacts(tenant.context.store);
  const nameAt = async (): Promise<unknown> =>
    (await tenant.signedIn({ scope: 'openid profile' })).idTokenClaims['name'];
  expect(await nameAt()).toBe('John Doe');
  facts.change('adult', {
    names: { first_name: 'Jane', family_name: 'Roe', full_name: 'Jane Roe', is_verified: true },
  });
  expect(await nameAt()).toBe('Jane Roe');
  facts.change('adult', {});
  expect(await nameAt()).toBe('John Doe');
  facts.change('adult', { names: null });
  const userInfo = tenant.collections.users.all()[0];
  await tenant.signedIn();
  expect(tenant.collections.users.all()[0]?.root['name']).not.toBe('Jane Roe');
  expect(userInfo?.user_id).toContain('didit|');
});

test("the console's callback is every application's, and a page beside it is nobody's", async () => {
  const tenant = await startTenant();
  const ask = async (redirectUri: string): Promise<number> => {
    const query = new URLSearchParams({
      client_id: APPLICATION.clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      connection: 'didit',
    });
    return (
      await tenant.fetch(`${tenant.context.url()}/authorize?${query.toString()}`, { redirect: 'manual' })
    ).status;
  };
  expect(await ask(`${tenant.context.url()}/console/callback`)).toBe(302);
  for (const path of [
    '/console/callback/',
    '/console/callback?x=1',
    '/console',
    '/console/callback#x',
    '/authorize',
  ])
    expect(await ask(`${tenant.context.url()}${path}`), path).toBe(403);
  expect(await ask('https://evil.example/console/callback')).toBe(403);
});
