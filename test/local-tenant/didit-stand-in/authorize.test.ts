import { beforeEach, describe, expect, test } from 'vitest';
import { readForm } from '../../../scripts/login/local/browser.ts';
import { app, openStandIn, TENANT_URL, CALLBACK, REQUEST, ask, form, answer } from './stand-in-under-test.ts';

beforeEach(openStandIn);

describe('the page', () => {
  test.each(['', '/auth/v2/authorize'])(
    'at "%s" says what it is, what is asked for, and who can sign in',
    async (path) => {
      const response = await ask({}, path);
      const html = await response.text();
      expect(response.status).toBe(200);
      expect(html).toContain('This page stands in for Didit');
      for (const scope of ['openid', 'names', 'email']) expect(html).toContain(`<code>${scope}</code>`);
      expect(html).not.toContain('<code>phone</code>');
      for (const persona of ['adult', 'minor', 'unverified', 'no-email', 'renamed'])
        expect(html).toContain(`name="persona" value="${persona}"`);
    },
  );

  test('carries the request along unharmed, whatever is in it', async () => {
    const state = `"><script>alert('&amp;')</script>`;
    const html = await (await ask({ state })).text();
    expect(html).not.toContain('<script>');
    const { action, fields } = readForm({
      url: `${TENANT_URL}/didit-stand-in`,
      status: 200,
      headers: new Headers(),
      html,
    });
    expect(action.href).toBe(`${TENANT_URL}/didit-stand-in/answer`);
    expect(fields).toEqual({ ...REQUEST, state });
  });

  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['a callback that was not registered', { redirect_uri: 'https://evil.example.com/' }],
  ])('refuses %s without a redirect, before and after the answer', async (_, changes) => {
    expect((await ask(changes)).status).toBe(400);
    const answered = await app.request(
      '/didit-stand-in/answer',
      form({ ...REQUEST, ...changes, persona: 'adult' }),
    );
    expect([answered.status, answered.headers.get('location')]).toEqual([400, null]);
  });

  test.each([
    [{ scope: 'names' }, 'invalid_scope', 'The scope openid is mandatory'],
    [{ scope: 'openid nationality' }, 'invalid_scope', 'Unknown scope: nationality'],
    [{ response_type: 'token' }, 'unsupported_response_type', 'The response type must be code'],
    [
      { code_challenge: 'x', code_challenge_method: 'S512' },
      'invalid_request',
      'The code challenge method must be S256 or plain',
    ],
  ])('tells the application about %o', async (changes, error, description) => {
    const location = new URL((await ask(changes)).headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error,
      error_description: description,
      state: 'example-state',
    });
  });

  test('lets a persona refuse, by the button, by its own fault, or by the fault of this login', async () => {
    for (const fields of [
      { decision: 'deny' },
      { persona: 'declines' },
      { persona: 'adult', fault: 'consent-denied' },
    ])
      expect(Object.fromEntries(await answer(fields))).toMatchObject({
        error: 'access_denied',
        state: 'example-state',
      });
  });
});
