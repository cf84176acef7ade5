import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../management-api/api-under-test.ts';
import type { ApiUnderTest } from '../management-api/api-under-test.ts';
import { asText } from '../management-api/json.ts';
import { deviationFor } from './deviations.ts';
import type { Deviation } from './deviations.ts';
import { OpenApi } from './open-api.ts';
import { callsOn } from './operations.ts';
import { readDescription, readRecordings } from './recording.ts';

/** Where the tenant refuses a body that the description allows. */
const STRICTER: readonly Deviation[] = [
  {
    method: 'PATCH',
    path: /^\/users\/\{id\}$/,
    difference: /^Additional properties not allowed/,
    reason: 'The description leaves users open to any property; the service refuses unknown ones.',
  },
  {
    method: 'POST',
    path: /^\/users\/\{id\}\/identities$/,
    difference: /link_with/,
    reason: 'Linking by ID token is for calls that users make for themselves.',
  },
  ...['POST', 'PATCH'].map((method) => ({
    method,
    path: /^\/organizations/,
    difference: /branding|token_quota|enabled_connections/,
    reason: 'The tenant keeps of an organization its names, metadata and members.',
  })),
  ...['POST', 'PATCH'].map((method) => ({
    method,
    path: /^\/(actions\/actions|roles|client-grants)/,
    difference: /too short|too long|on property runtime/,
    reason: 'An empty name, a name of more than 255 characters or an unheard-of runtime helps nobody.',
  })),
  ...['POST', 'PATCH'].map((method) => ({
    method,
    path: /./,
    difference: /didn't pass validation for format/,
    reason: 'The description names formats without defining them.',
  })),
];

/** A value of each kind, and some at the edges. */
const VALUES: readonly Json[] = [
  ...['text', '', 'https://app.example.com/callback', `https://app.example.com/${'a'.repeat(700)}`],
  ...[0, 1, 700, 1.5, true, null],
  ...[[], ['text'], {}, { unheard_of: 'text' }],
];

describe('requests are held to the OpenAPI description', () => {
  const openApi = new OpenApi(readDescription());

  test.each(readRecordings('auth0-deploy-cli'))('those recorded in $name', ({ pairs }) => {
    const objections = pairs.flatMap((pair) => {
      const operation = openApi.called(pair);
      if (operation === undefined) return [`${pair.method} ${pair.path}: not in the description`];
      const query = [...new URL(pair.path, 'https://tenant.example.com').searchParams.keys()];
      const unknown = query.filter((name) => !operation.query.includes(name));
      const problem = pair.body === '' ? undefined : operation.bodyProblem(pair.body);
      return [...unknown, ...(problem === undefined ? [] : [problem])].map(
        (words) => `${operation.name}: ${words}`,
      );
    });
    expect(objections).toEqual([]);
  });

  describe('by the local tenant, property by property', { tags: ['long'] }, () => {
    let api: ApiUnderTest;
    beforeAll(async () => {
      api = await apiUnderTest();
    });
    afterAll(() => {
      api.close();
    });

    test('it refuses what the description refuses, and nothing else', async () => {
      const laxer: string[] = [];
      const stricter: string[] = [];
      let bodies = 0;
      for (const call of await callsOn(api)) {
        const operation = openApi.operation(call.method, call.template);
        for (const property of [...Object.keys(operation.properties), 'unheard_of']) {
          for (const value of VALUES) {
            bodies += 1;
            const body = { ...call.body(`name${bodies}`), [property]: value };
            const problem = operation.bodyProblem(body);
            const answer = await api.send(call.method.toUpperCase(), call.path, body);
            const words = asText(answer.json['message']).replace("Payload validation error: '", '');
            const refused = answer.json['errorCode'] === 'invalid_body';
            const line = `${operation.name} ${property}: ${refused ? words : (problem ?? '')}`;
            if (!refused && problem !== undefined) laxer.push(line);
            if (refused && problem === undefined) {
              const pair = { method: call.method.toUpperCase(), path: call.template };
              if (deviationFor(pair, words, STRICTER) === undefined) stricter.push(line);
            }
          }
        }
      }
      console.info(
        `${bodies} bodies were judged alike by the tenant and the description, but for known reasons.`,
      );
      expect(laxer).toEqual([]);
      expect(stricter).toEqual([]);
    });
  });
});
