import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FIELD_NAMES } from '../../actions/didit/fields.ts';
import { readProfile } from '../../actions/didit/profile.ts';
import { writeSnapshot } from '../../actions/didit/snapshot.ts';
import { loadEveryPersona } from '../../scripts/local-tenant/runtime.ts';
import { NOW, loadActions, loginEvent, managementSecrets, runLogin, storedRecord } from './logins.ts';

const actions = await loadActions();
const personas = loadEveryPersona();

let logs: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  logs = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    logs.push(String(line));
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const TOKEN = 'management-token-value';

/** Everything that may go wrong with the Management API, and what goes right, each quoting what must not be quoted. */
const answers: readonly (readonly [string, (user: object) => Response | Promise<Response>])[] = [
  ['answers', (user) => Response.json(user)],
  ['is down', (user) => Promise.reject(new Error(`${TOKEN} ${JSON.stringify(user)}`))],
  ['answers 401', (user) => Response.json(user, { status: 401 })],
  ['answers 429', (user) => Response.json(user, { status: 429 })],
  ['answers 500', (user) => Response.json(user, { status: 500 })],
  ['answers garbage', (user) => new Response(`<html>${JSON.stringify(user)}`)],
];

const everyField = { didit_sync: `fields=${FIELD_NAMES.join(',')}` };
const wrong = { didit_sync: 'fields=nonsense', didit_policy: 'nonsense', didit_claims: 'nonsense' };
const policy = {
  didit_policy:
    'require=verified,age_over_18,age_over_21,email_verified,phone_verified,names_verified mode=report',
};

/** The texts of four letters or more inside a value: what a person could be known by. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.length >= 4 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

describe.each(personas.map((persona) => [persona.name, persona] as const))('the log of %s', (_, persona) => {
  const userinfo = { sub: persona.subject, ...persona.profile };
  const profile = readProfile(userinfo, NOW);
  const snapshot = profile && writeSnapshot(profile, FIELD_NAMES, NOW);
  const identity = { connection: 'didit', provider: 'oauth2', user_id: `didit|${persona.subject}` };
  const secretsOfTheLogin = [
    ...textsIn(userinfo),
    persona.subject,
    TOKEN,
    ...Object.values(managementSecrets),
  ];

  test.each(answers)(
    'tells nothing of the person or the credentials when the Management API %s',
    async (__, answer) => {
      vi.stubGlobal('fetch', async (url: string) =>
        url.endsWith('/oauth/token')
          ? Response.json({ access_token: TOKEN, expires_in: 86_400 })
          : answer({ didit_profile: snapshot, identities: [identity] }),
      );
      for (const metadata of [everyField, wrong]) {
        for (const record of [
          undefined,
          { ...storedRecord, subject: persona.subject },
          { ...storedRecord, subject: 'another-subject' },
        ]) {
          await runLogin(
            actions,
            loginEvent({
              user: {
                user_id: `oauth2|didit|${persona.subject}`,
                identities: [identity],
                app_metadata: { didit: record },
                email: 'alejandro.rosas@example.com',
              },
              connection: { metadata },
              client: policy,
              secrets: managementSecrets,
              transaction: { id: undefined, correlation_id: persona.subject.slice(0, 8) + '@example.com' },
            }),
            { log: () => logs },
          );
        }
      }
      expect(logs.length).toBeGreaterThanOrEqual(15);
      for (const line of logs) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
        for (const secret of secretsOfTheLogin) expect(line).not.toContain(secret);
      }
    },
  );
});
