import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adultSnapshot, databaseIdentity, diditIdentity, loginEvent } from './login-event.ts';
import { managementSecrets, NAMESPACE, rules, storedRecord, SUBJECT, USER_ID } from './login-event.ts';
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

const unverified = { ...adultSnapshot, verified: false };
const old = { ...storedRecord, synced_at: '2020-01-01T00:00:00Z' };
const secrets = { ...managementSecrets, ...STEP_UP };

/** Logins that are denied, or sent to prove themselves, with the level that asks for it. */
const keptOut: Readonly<Record<string, readonly [level: string, event: object]>> = {
  'nothing is known': ['connection', loginEvent({ connection: { metadata: rules('require=verified') } })],
  'they are not verified': [
    'connection',
    loginEvent({
      connection: { metadata: rules('require=verified') },
      user: { didit_profile: unverified },
      secrets,
    }),
  ],
  'the application asks for another connection': [
    'client',
    loginEvent({
      client: rules('apply_to=all require=verified'),
      connection: { name: 'Users', metadata: {} },
      user: { user_id: 'auth0|abc', identities: [databaseIdentity] },
      secrets,
    }),
  ],
  'Didit was asked too long ago': [
    'client',
    loginEvent({
      client: rules('max_age=1d'),
      user: { app_metadata: { didit: old } },
      transaction: { protocol: 'oauth2-refresh-token' },
      secrets,
    }),
  ],
  'their organization asks for more': [
    'organization',
    loginEvent({
      organization: rules('require=age_over_21'),
      user: { didit_profile: { ...adultSnapshot, age_over_21: false } },
      secrets,
    }),
  ],
  'the rules cannot be read': ['client', loginEvent({ client: rules('requires=verified'), secrets })],
  'they are sent to prove themselves': [
    'client',
    loginEvent({
      client: rules('apply_to=all require=verified step_up=on'),
      connection: { name: 'Users', metadata: {} },
      user: { user_id: 'auth0|abc', identities: [databaseIdentity] },
      more: { session: { id: 'session_1' } },
      secrets,
    }),
  ],
};

/** Every part of an event that a value can be taken from, but those that hold the rules. */
const partsOf = (value: unknown, kept: string, above = ''): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, part]) => {
        const path = `${above}/${name}`;
        return [...(kept.startsWith(path) ? [] : [path]), ...partsOf(part, kept, path)];
      });

/** The value with other values in some places, each as a path of names. */
function withOthers(value: unknown, others: ReadonlyMap<string, unknown>, above = ''): unknown {
  if (others.has(above)) return others.get(above);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => withOthers(item, others, `${above}/${index}`));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withOthers(part, others, `${above}/${name}`)]),
  );
}

const NOTHING = [undefined, null, '', 0, [], {}];

/** The event with nothing in the place of each part, and of several at once. */
async function whateverIsMissing(
  event: object,
  parts: readonly string[],
  check: (changed: unknown) => Promise<void>,
): Promise<void> {
  await check(event);
  for (const part of parts) {
    for (const empty of NOTHING) await check(withOthers(event, new Map([[part, empty]])));
  }
  const several = fc.array(fc.tuple(fc.constantFrom(...parts), fc.constantFrom(...NOTHING)), {
    minLength: 2,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(several, async (others) => {
      await check(withOthers(event, new Map(others)));
    }),
  );
}

test.for(Object.entries(keptOut))(
  'whatever else of the event is missing or empty, nobody gets in where %s',
  async ([, [level, event]]) => {
    logins.managementKnows({}, 404);
    await whateverIsMissing(event, partsOf(event, `/${level}/metadata/didit_policy`), async (changed) => {
      const { denied, sentTo, idToken, accessToken } = await logins.login(changed);
      expect([denied ?? sentTo, changed]).not.toEqual([undefined, changed]);
      expect([idToken, accessToken]).toEqual([{}, {}]);
    });
  },
);

test('whatever of the event is missing or empty, no claim says more, or something else', async () => {
  const event = loginEvent({
    connection: {
      metadata: {
        didit_claims: `namespace=${NAMESPACE} linked=on id_token=subject,verified,age_over_18,source,name access_token=verified`,
        didit_sync: 'fields=verified,age_over_18,name',
      },
    },
    user: { didit_profile: { ...adultSnapshot, name: 'Jane Doe' } },
    secrets: { ...managementSecrets, ...STEP_UP },
  });
  logins.managementKnows({}, 404);
  const whole = await logins.login(event);
  expect(Object.keys(whole.idToken)).toHaveLength(5);
  await whateverIsMissing(event, partsOf(event, '-'), async (changed) => {
    const outcome = await logins.login(changed);
    for (const token of ['idToken', 'accessToken'] as const) {
      for (const [name, value] of Object.entries(outcome[token])) {
        // That Didit was not asked in this very login is said where the event no longer shows it.
        const may = name === `${NAMESPACE}source` ? ['fresh', 'stale'] : [whole[token][name]];
        expect(may, name).toContain(value);
      }
    }
  });
});
