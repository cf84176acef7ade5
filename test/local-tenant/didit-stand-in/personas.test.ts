import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Persona } from '../../../scripts/local-tenant/didit-stand-in/personas.ts';
import {
  loadEveryPersona,
  loadPersonas,
  parsePersonas,
  userInfoOf,
} from '../../../scripts/local-tenant/didit-stand-in/personas.ts';
import { DIDIT_SCOPES } from '../../../scripts/settings/didit-scopes.ts';
import { problemsOf } from '../../problems-of.ts';
import { containing } from '../../matchers.ts';

describe('personas.yaml', () => {
  test('has everybody whom the project’s commands and tests name, each a different person', () => {
    const personas = loadEveryPersona();
    const names = personas.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['adult', 'minor', 'unverified', 'no-email', 'renamed', 'declines']),
    );
    const subjects = personas.flatMap(({ subject, user }) => [subject, user?.primary ?? []].flat());
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(subjects.length).toBeGreaterThan(names.length);
  });

  test('tells who can sign in at the stand-in from those of whom a user has to be there already', () => {
    const present = loadPersonas();
    expect(present.filter(({ user }) => user !== undefined)).toEqual([]);
    const others = loadEveryPersona().filter(({ name }) => !present.some((each) => each.name === name));
    expect(others.map(({ name }) => name)).toEqual(['relinked', 'two-identities', 'foreign-record']);
  });

  test('holds e-mail addresses of example.com only', () => {
    const text = JSON.stringify(loadEveryPersona());
    expect(text.match(/@[\w.-]+/g)?.every((domain) => domain === '@example.com')).toBe(true);
  });
});

describe('a file of personas is refused, with its place', () => {
  const good = { description: 'somebody', subject: '1' };

  test.each([
    ['- a list', undefined, 'The file of personas must map names to personas.'],
    ['a: b: c', undefined, 'The file of personas is not valid YAML.'],
    [stringify({ me: 'text' }), 'me', 'A persona must be a mapping.'],
    [stringify({ me: { ...good, mood: 'good' } }), 'me.mood', 'A persona has no such key.'],
    [stringify({ me: { subject: '1' } }), 'me.description', 'A persona needs a description.'],
    [stringify({ me: { description: 'x' } }), 'me.subject', 'A persona needs a subject.'],
    [
      stringify({ me: { ...good, profile: { nationality: 'ES' } } }),
      'me.profile.nationality',
      'Didit has no such scope.',
    ],
    [stringify({ me: { ...good, later: [] } }), 'me.later', 'A profile maps scopes to values.'],
    [stringify({ me: { ...good, fault: 'boom' } }), 'me.fault', containing('A fault is one of none, ')],
    [stringify({ me: { ...good, user: 'ada' } }), 'me.user', 'A user must be a mapping.'],
    [stringify({ me: { ...good, user: { root: {} } } }), 'me.user.root', 'A user has no such key here.'],
    [
      stringify({ me: { ...good, user: { primary: '' } } }),
      'me.user.primary',
      'The primary account is a Didit id.',
    ],
    [
      stringify({ me: { ...good, user: { app_metadata: [] } } }),
      'me.user.app_metadata',
      'Metadata is a mapping.',
    ],
  ])('%j', (text, key, message) => {
    const [problem] = problemsOf(() => parsePersonas(text));
    expect(problem).toMatchObject({ code: 'PERSONAS_INVALID', message });
    expect(problem?.place).toEqual({
      file: 'scripts/local-tenant/didit-stand-in/personas.yaml',
      ...(key === undefined ? {} : { key }),
    });
  });
});

describe('what userinfo answers', () => {
  const scopes = fc.subarray(Object.keys(DIDIT_SCOPES));
  const profile = fc.dictionary(
    fc.constantFrom(...Object.keys(DIDIT_SCOPES)),
    fc.oneof(fc.boolean(), fc.string(), fc.constant(null)),
  );

  test('for any persona and any granted scopes: never more than was granted', () => {
    fc.assert(
      fc.property(
        profile,
        profile,
        scopes,
        fc.integer({ min: 1, max: 3 }),
        (first, later, granted, login) => {
          const persona: Persona = {
            name: 'x',
            description: 'x',
            subject: 'the subject',
            profile: first,
            later,
            fault: 'none',
          };
          const answer = userInfoOf(persona, granted, login, 'https://example.com/picture');
          for (const name of Object.keys(answer)) expect(['sub', ...granted]).toContain(name);
          expect(answer['sub']).toBe('the subject');
          expect(Object.values(answer)).not.toContain(null);
        },
      ),
    );
  });
});
