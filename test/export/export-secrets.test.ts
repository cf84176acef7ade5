import { describe, expect, test } from 'vitest';
import type { Edit } from '../plan/sample.ts';
import { sample } from '../plan/sample.ts';
import { exportOf, NOTHING, withSecrets } from './export-of.ts';

/** The key that our Actions share, and which one it is. */
const KEY = ['DIDIT_HANDOVER_KEY', 'DIDIT_SHARED_KEY_0123456789abcdef'];

/** `didit-claims` with code of somebody's own, which needs nothing of ours, and without secrets. */
const OWN_CODE: Edit = [
  /didit-claims\n {4}code[^]*?value: '##DIDIT_HANDOVER_KEY##'\n/.exec(sample().tenantFile.text)?.[0] ?? '',
  `didit-claims
    code: own/claims.js
    runtime: node22
    deployed: true
    supported_triggers:
      - id: post-login
        version: v3
`,
];

describe('the secrets of an Action in an export', () => {
  test('are those of the tenant: one that somebody added there is a placeholder, one that went there goes', async () => {
    const { text, newSecrets, problems, plan } = await exportOf(
      withSecrets('didit-profile-sync', [
        'PARTNER_KEY',
        'partner.url',
        ...['AUTH0_DOMAIN', 'AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'],
        ...KEY,
      ]),
    );
    expect(newSecrets).toEqual([
      { action: 'didit-profile-sync', name: 'PARTNER_KEY', variable: 'PARTNER_KEY' },
      { action: 'didit-profile-sync', name: 'partner.url', variable: 'partner_url' },
    ]);
    expect(text).toMatch(/- name: PARTNER_KEY\n {8}value: ["']##PARTNER_KEY##["']\n/);
    expect(text).toMatch(/- name: AUTH0_DOMAIN\n {8}value: ["']##AUTH0_DOMAIN##["']\n/);
    expect(text.match(/- name: DIDIT_CONNECTION/g)).toHaveLength(3);
    expect(problems).toEqual([]);
    expect((await plan({ PARTNER_KEY: 'one', partner_url: 'two' })).changes).toEqual(NOTHING);
  });

  test('come into an Action that lists none', async () => {
    const { plan } = await exportOf(withSecrets('didit-claims', ['PARTNER', 'NEW']), [OWN_CODE]);
    expect((await plan({ PARTNER: 'didit', NEW: 'one' })).changes).toEqual(NOTHING);
  });

  test('have the placeholder of the key that the deploy makes, and nothing of which key it is', async () => {
    const { text, newSecrets, problems, plan } = await exportOf((tenant) => tenant);
    expect(
      text.match(/- name: DIDIT_HANDOVER_KEY\n {8}value: ["']##DIDIT_HANDOVER_KEY##["']\n/g),
    ).toHaveLength(4);
    expect(text).not.toContain('DIDIT_SHARED_KEY');
    expect([newSecrets, problems]).toEqual([[], []]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('have it, too, where the tenant has none: without it every rule denies, and a deploy gives all of them one', async () => {
    const { text, problems, plan } = await exportOf(
      withSecrets('didit-claims', ['DIDIT_CONNECTION', 'DIDIT_STEP_UP_CLIENT_ID']),
    );
    expect(text.match(/##DIDIT_HANDOVER_KEY##/g)).toHaveLength(4);
    expect(problems).toMatchObject([
      { code: 'HANDOVER_KEY_MISSING', place: { key: 'actions.didit-claims.secrets' } },
    ]);
    expect(problems[0]?.remedy).toContain('puts there what the file says');
    expect((await plan()).changes.actions.map(({ secrets }) => secrets)).toEqual([
      'shared key is new',
      'shared key is new',
      'names changed',
      'shared key is new',
    ]);
  });

  test('of somebody’s own never get the key of ours, whatever they are called', async () => {
    const { newSecrets } = await exportOf(withSecrets('didit-claims', ['DIDIT_HANDOVER_KEY']), [OWN_CODE]);
    expect(newSecrets).toEqual([
      { action: 'didit-claims', name: 'DIDIT_HANDOVER_KEY', variable: 'DIDIT_HANDOVER_KEY_2' },
    ]);
  });

  test('may hold the key for the record, whose value only a deploy has', async () => {
    const names = ['DIDIT_CONNECTION', 'DIDIT_RECORD_KEY', ...KEY];
    const { problems, plan } = await exportOf(withSecrets('didit-claims', names));
    expect(problems).toEqual([]);
    expect((await plan({ DIDIT_RECORD_KEY: 'didit_record' })).changes).toEqual(NOTHING);
  });

  test('never get a variable that stands for something else', async () => {
    const { newSecrets } = await exportOf(
      withSecrets('didit-claims', ['DIDIT_CONNECTION', ...KEY, 'DIDIT-CLIENT-SECRET', 'a-b', 'a.b', 'a_b']),
    );
    expect(newSecrets.map(({ variable }) => variable)).toEqual([
      'DIDIT_CLIENT_SECRET_2',
      'a_b_2',
      'a_b_3',
      'a_b',
    ]);
  });
});
