import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SUBJECT, USER_ID, diditIdentity, managementSecrets, storedRecord } from './login-event.ts';
import { anyJson } from './hostile-values.ts';
import { tokenAnswer, useLogins } from './logins.ts';

const logins = await useLogins();

const junk = anyJson;
const nearly = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: junk });

const anySnapshot = nearly(
  fc.record({
    subject: nearly(fc.constant(SUBJECT)),
    verified: nearly(fc.boolean()),
    fetched_at: nearly(
      fc.constantFrom('2026-06-15T11:59:59Z', '2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'),
    ),
  }),
);

const anyUser = nearly(
  fc.record({
    user_id: nearly(fc.constant(USER_ID)),
    app_metadata: nearly(
      fc.record({
        didit: nearly(
          fc.record(
            Object.fromEntries(
              Object.entries(storedRecord).map(([name, value]) => [name, nearly(fc.constant(value))]),
            ),
          ),
        ),
      }),
    ),
    user_metadata: junk,
    identities: nearly(
      fc.array(
        nearly(
          fc.record({
            ...Object.fromEntries(
              Object.entries(diditIdentity).map(([name, value]) => [name, nearly(fc.constant(value))]),
            ),
            profileData: nearly(fc.record({ didit_profile: anySnapshot })),
          }),
        ),
        { maxLength: 3 },
      ),
    ),
    didit_profile: anySnapshot,
  }),
);

const anyMetadata = nearly(
  fc.dictionary(
    fc.constantFrom('didit_sync', 'didit_policy', 'didit_claims', 'Didit_policy'),
    nearly(
      fc.constantFrom(
        'require=verified',
        'apply_to=all',
        'mode=off',
        'step_up=on apply_to=all',
        'step_up=on require=verified',
        'namespace=https://example.com/didit/',
        'id_token=subject,name linked=on',
        'fields=verified,name user_metadata=name:nick',
        'typo',
      ),
    ),
  ),
);

const STEP_UP = { DIDIT_STEP_UP_CLIENT_ID: 'step-up', DIDIT_STEP_UP_CLIENT_SECRET: 'step-up-secret' };

const anyEvent = nearly(
  fc.record({
    user: anyUser,
    connection: nearly(fc.record({ name: nearly(fc.constantFrom('didit', 'other')), metadata: anyMetadata })),
    client: nearly(fc.record({ client_id: nearly(fc.constant('step-up')), metadata: anyMetadata })),
    organization: nearly(fc.record({ metadata: anyMetadata })),
    authentication: nearly(
      fc.record({
        methods: nearly(
          fc.array(
            nearly(
              fc.record({
                name: nearly(fc.constantFrom('federated', 'mfa')),
                timestamp: nearly(fc.constantFrom('2026-06-15T11:59:59.500Z', storedRecord.authenticated_at)),
              }),
            ),
            { maxLength: 3 },
          ),
        ),
      }),
    ),
    secrets: nearly(fc.constant({ ...managementSecrets, ...STEP_UP, DIDIT_HANDOVER_KEY: 'k'.repeat(32) })),
    request: nearly(fc.record({ query: nearly(fc.record({ code: junk, error: junk })) })),
    session: nearly(fc.record({ id: junk })),
    transaction: nearly(
      fc.record({
        id: junk,
        metadata: nearly(fc.dictionary(fc.constantFrom('didit_login', 'didit_step_up', 'x'), junk)),
        prompt: nearly(fc.constantFrom([], ['none'])),
        protocol: nearly(fc.constantFrom('oidc-basic-profile', 'oauth2-refresh-token')),
        requested_scopes: nearly(fc.constantFrom(['profile'])),
      }),
    ),
  }),
);

test('whatever the event and the answer, no Action throws, and each logs one line that fits', async () => {
  const outcomes = new Set<string | undefined>();
  const stepUps = new Set<string | undefined>();
  await fc.assert(
    fc.asyncProperty(anyEvent, junk, async (event, body) => {
      logins.answerWith((url) => (url.endsWith('token') ? tokenAnswer() : Response.json(body ?? null)));
      const outcome = await logins.login(event);
      const stoppedBy = outcome.lines.length;
      expect(stoppedBy).toBeLessThanOrEqual(4);
      if (outcome.denied === undefined && outcome.sentTo === undefined) expect(stoppedBy).toBe(4);
      for (const line of outcome.lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
      expect(outcome.denied ?? 'didit_x: ').toMatch(/^didit_[a-z_0-9]+: /);
      expect(outcome.lines.join('')).not.toContain('unexpected_error');
      for (const key of Object.keys(outcome.appMetadata)) expect(key).toBe('didit');
      outcomes.add(outcome.log('didit-profile-sync').outcome);
      stepUps.add(outcome.log('didit-step-up').outcome);
      const back = await logins.login(event, { isReturn: true });
      expect(back.denied ?? 'none').toMatch(/^didit_[a-z_0-9]+: /);
      expect(back.effects).toMatchObject({ idToken: {}, accessToken: {}, appMetadata: {} });
    }),
    { numRuns: 500 },
  );
  // The events are near enough to real ones to reach all that there is.
  expect([...outcomes].toSorted()).toEqual(['available', 'skipped', 'unavailable']);
  expect(stepUps.size).toBeGreaterThan(2);
});
