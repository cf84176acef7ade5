import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../../scripts/base/project.ts';
import { bundleToTry } from '../../../scripts/bundle/bundle.ts';
import { exportsOf } from '../built-actions.ts';
import { adultSnapshot, databaseIdentity, loginEvent, storedRecord } from '../login-event.ts';
import type { EventParts } from '../login-event.ts';
import { useLogins } from '../logins.ts';

const logins = await useLogins();

const isReader = (value: unknown): value is (event: unknown) => unknown => typeof value === 'function';

/** As an Action of somebody's own has it built in. */
const { readDiditAnswer } = exportsOf(await bundleToTry(join(PROJECT_ROOT, 'actions/auth0/didit-answer.ts')));

async function readIn(parts: EventParts): Promise<unknown> {
  let answer: unknown = 'nobody has read it';
  const afterSync = async (event: unknown): Promise<void> => {
    if (isReader(readDiditAnswer)) answer = readDiditAnswer(event);
  };
  await logins.login(loginEvent(parts), { others: { afterSync } });
  return answer;
}

test('an Action of your own reads what Didit says, when it was asked, and whether in this very login', async () => {
  expect(await readIn({ user: { didit_profile: adultSnapshot } })).toEqual({
    fields: { verified: true, age_over_18: true, age_over_21: true, email_verified: true },
    askedAt: Date.parse(adultSnapshot.fetched_at),
    fresh: true,
  });
  expect(await readIn({ user: { app_metadata: { didit: storedRecord } } })).toEqual({
    fields: { verified: true, age_over_18: true },
    askedAt: Date.parse(storedRecord.synced_at),
    fresh: false,
  });
});

test.each<[string, EventParts]>([
  ['the answer could not be had', {}],
  ['the person has no Didit identity', { user: { user_id: 'auth0|abc', identities: [databaseIdentity] } }],
  [
    'the Action does not have the key',
    { user: { didit_profile: adultSnapshot }, secrets: { DIDIT_HANDOVER_KEY: '' } },
  ],
])('it reads nothing where %s', async (_, parts) => {
  expect(await readIn(parts)).toBeUndefined();
});
