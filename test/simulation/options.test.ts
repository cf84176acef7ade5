import { expect, test } from 'vitest';
import { simulateLogin } from '../../scripts/simulation/simulate-login.ts';
import { actionFile } from './action-file.ts';

test.each([
  [{ usr: {} }, 'usr', 'user'],
  [{ user: { app_metdata: {} } }, 'user.app_metdata', 'app_metadata'],
  [{ application: { metadta: {} } }, 'application.metadta', 'metadata'],
  [{ actions: [{ file: 'a.js', secret: {} }] }, 'actions.secret', 'secrets'],
  [{ connection: { nmae: 'x' } }, 'connection.nmae', 'name'],
  [{ organisation: {} }, 'organisation', 'organization'],
  [{ organization: { id: 'org_1' } }, 'organization.id', undefined],
])(
  'an option that simulateLogin does not have is refused, with the nearest name: %j',
  async (login, name, meant) => {
    // As a test in JavaScript has it: no compiler has looked.
    const options: object = { actions: [], ...login };
    const refused = await simulateLogin(options).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SIMULATION_OPTION_UNKNOWN', place: { option: name } });
    expect(String(refused)).toContain(meant === undefined ? `"${name}"` : `do you mean "${meant}"?`);
  },
);

test("what is in metadata, events and profiles is nobody's option", async () => {
  const { result } = await simulateLogin({
    actions: [actionFile('')],
    user: { root: { usr: 1 }, app_metadata: { anything: {} } },
    event: { custom_domain: { domain: 'login.example.com' } },
    secrets: { ANY: 'secret' },
  });
  expect(result).toBe('allowed');
});

test.each([
  ['in the shape of tenant.yaml', [{ name: 'yaml', version: '2.9.1' }]],
  ['by name', ['yaml']],
])('packages may be given %s', async (_, dependencies) => {
  const file = actionFile(`api.idToken.setCustomClaim('a', require('yaml').parse('b: 1').b);`);
  const { idToken } = await simulateLogin({ actions: [{ file, dependencies }] });
  expect(idToken).toEqual({ a: 1 });
});

test('an ESM source is built on the way', async () => {
  const { idToken } = await simulateLogin({ actions: ['test/simulation/esm-action.js'] });
  expect(idToken).toEqual({ 'https://example.com/plan': 'free' });
});

test.each([
  [
    'node:https',
    `await new Promise((resolve, reject) => require('node:https').get('https://example.com/', resolve).on('error', reject));`,
  ],
  [
    'node:net',
    `await new Promise((resolve, reject) => require('node:net').connect(443, 'example.com', resolve).on('error', reject));`,
  ],
  ['an HTTP client of a package', `await require('express');require('http').request('http://example.com/');`],
])('a request past fetch is refused, and never reaches the network: %s', async (_, body) => {
  const { result, denial } = await simulateLogin({ actions: [actionFile(body)] });
  expect(result).toBe('failed');
  expect(denial?.reason ?? '').not.toContain('ENOTFOUND');
});
