import { describe, expect, test } from 'vitest';
import { FIELD_NAMES } from '../../actions/didit/fields.ts';
import { readProfile } from '../../actions/didit/profile.ts';
import { writeSnapshot } from '../../actions/didit/snapshot.ts';
import { loadPersonas } from '../../scripts/local-tenant/runtime.ts';
import { HANDOVER_KEY, NOW, managementSecrets, storedRecord, withManagement } from './login-event.ts';
import { MANAGEMENT_TOKEN, tokenAnswer, useLogins } from './logins.ts';

const logins = await useLogins();
const personas = loadPersonas();

/** Everything that may go wrong with the Management API, and what goes right, each quoting what must not be quoted. */
const answers: readonly (readonly [string, (user: object) => Response | Promise<Response>])[] = [
  ['answers', (user) => Response.json(user)],
  ['is down', (user) => Promise.reject(new Error(`${MANAGEMENT_TOKEN} ${JSON.stringify(user)}`))],
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
    MANAGEMENT_TOKEN,
    HANDOVER_KEY,
    ...Object.values(managementSecrets),
  ];

  test.each(answers)(
    'tells nothing of the person or the credentials when the Management API %s',
    async (__, answer) => {
      logins.answerWith((url) =>
        url.endsWith('/oauth/token')
          ? tokenAnswer()
          : answer({ didit_profile: snapshot, identities: [identity] }),
      );
      const lines: string[] = [];
      for (const metadata of [everyField, wrong]) {
        for (const record of [
          undefined,
          { ...storedRecord, subject: persona.subject },
          { ...storedRecord, subject: 'another-subject' },
        ]) {
          const outcome = await logins.login(
            withManagement({
              user: {
                user_id: `oauth2|didit|${persona.subject}`,
                identities: [identity],
                app_metadata: { didit: record },
                email: 'alejandro.rosas@example.com',
              },
              connection: { metadata },
              client: policy,
              transaction: { id: undefined, correlation_id: persona.subject.slice(0, 8) + '@example.com' },
            }),
          );
          lines.push(...outcome.lines);
        }
      }
      expect(lines.length).toBeGreaterThanOrEqual(15);
      for (const line of lines) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
        for (const secret of secretsOfTheLogin) expect(line).not.toContain(secret);
      }
    },
  );
});
