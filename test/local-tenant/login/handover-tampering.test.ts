import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SignedIn, SignInRefused } from '../../../scripts/login/local/sign-in.ts';
import { endOf, OURS, startWholeTenant } from './whole-tenant.ts';
import type { WholeTenant } from './whole-tenant.ts';

const [SYNC, STEP_UP, POLICY, CLAIMS] = OURS;
const VERIFIED = 'https://example.com/didit/verified';
const HANDED = 'https://example.com/handed';

/** Lets whoever writes the address of a login write what our Actions hand on to each other. */
const COPYING = {
  name: 'campaign',
  code: `exports.onExecutePostLogin = async (event, api) => {
    const { didit_login: given } = event.request.query;
    if (given !== undefined) api.transaction.setMetadata('didit_login', given);
  };`,
};
/** Shows what our Actions hand on to each other. */
const SHOWING = {
  name: 'debug',
  code: `exports.onExecutePostLogin = async (event, api) => {
    api.idToken.setCustomClaim('${HANDED}', event.transaction.metadata.didit_login);
  };`,
};

const PLACES = {
  'before ours': [COPYING, ...OURS],
  'after didit-profile-sync': [SYNC, COPYING, STEP_UP, POLICY, CLAIMS],
  'after didit-access-policy': [SYNC, STEP_UP, POLICY, COPYING, CLAIMS],
  'after ours': [...OURS, COPYING],
} as const;
type Place = keyof typeof PLACES;

/** Where it could do most; the other places are left to `npm run test:all`. */
const WORST: Place = 'after didit-profile-sync';
const options = (place: Place) => ({ tags: place === WORST ? [] : ['long'] });

/** At a second login, Didit no longer vouches for this person. */
const PERSONA = 'no-longer-verified';

let tenant: WholeTenant;
/** What a request may carry, by what it is. */
let texts: Readonly<Record<string, string>>;

beforeAll(async () => {
  tenant = await startWholeTenant();
});
afterAll(async () => {
  await tenant.close();
});

beforeEach(async () => {
  tenant.beginAnew();
  tenant.bind([...OURS, SHOWING]);
  const ofThisPerson = await handedOn(PERSONA);
  texts = {
    'no such text': 'verified',
    'a profile of the person that nobody has signed': 'A'.repeat(43) + ofThisPerson.slice(43),
    "another person's profile, as it was signed": await handedOn('adult'),
    "the person's own verified profile of an earlier login, as it was signed": ofThisPerson,
  };
});

async function handedOn(persona: string): Promise<string> {
  const result = await tenant.signIn({ persona });
  const text = result.kind === 'signed-in' ? result.idTokenClaims[HANDED] : undefined;
  if (typeof text !== 'string' || !text.includes('"verified":true'))
    throw new Error(`expected a verified profile of ${persona}`);
  return text;
}

/** Signs in with each text in turn. */
async function signInWithEach(place: Place, persona: string): Promise<readonly (SignedIn | SignInRefused)[]> {
  tenant.bind(PLACES[place]);
  const results: (SignedIn | SignInRefused)[] = [];
  for (const text of Object.values(texts))
    results.push(await tenant.signIn({ persona, parameters: { didit_login: text } }));
  expect(results).toHaveLength(4);
  return results;
}

/** Each ending once. */
const ends = (results: readonly (SignedIn | SignInRefused)[]): readonly string[] => [
  ...new Set(results.map(endOf)),
];

/** Each value once of what the ID token says of the verification. */
const claims = (results: readonly (SignedIn | SignInRefused)[]): readonly unknown[] => [
  ...new Set(
    results.map((result) => (result.kind === 'signed-in' ? result.idTokenClaims[VERIFIED] : 'none')),
  ),
];

describe('an Action of another team that copies a parameter of the request over what our Actions hand on', () => {
  for (const [place, end] of [
    ['before ours', 'didit_not_verified'],
    [WORST, 'didit_profile_unavailable'],
    ['after didit-access-policy', 'didit_not_verified'],
    ['after ours', 'didit_not_verified'],
  ] satisfies [Place, string][])
    test(`${place} lets nobody in whom Didit does not vouch for: ${end}`, options(place), async () => {
      expect(ends(await signInWithEach(place, PERSONA))).toEqual([end]);
      expect(tenant.metadataOf(PERSONA)).toMatchObject({ didit: { verified: false } });
    });

  for (const [place, claim] of [
    ['before ours', false],
    [WORST, undefined],
    ['after didit-access-policy', undefined],
    ['after ours', false],
  ] satisfies [Place, boolean | undefined][])
    test(
      `${place} makes nobody verified in a token, where no rule keeps people out`,
      options(place),
      async () => {
        tenant.setApplication({});
        const results = await signInWithEach(place, PERSONA);
        expect(ends(results)).toEqual(['signed in']);
        expect(claims(results)).toEqual([claim]);
      },
    );

  for (const [place, end, claim] of [
    ['before ours', 'signed in', true],
    [WORST, 'didit_profile_unavailable', 'none'],
    ['after didit-access-policy', 'signed in', undefined],
    ['after ours', 'signed in', true],
  ] satisfies [Place, string, unknown][])
    test(`${place} gives a verified person nothing: ${end}`, options(place), async () => {
      const results = await signInWithEach(place, 'adult');
      expect(ends(results)).toEqual([end]);
      expect(claims(results)).toEqual([claim]);
    });
});
