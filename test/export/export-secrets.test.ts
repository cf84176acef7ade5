import { describe, expect, test } from 'vitest';
import { sample } from '../plan/sample.ts';
import { exportOf, NOTHING, withSecrets } from './export-of.ts';

describe('the secrets of an Action in an export', () => {
  test('are those of the tenant: one that somebody added there is a placeholder, one that went there goes', async () => {
    const { text, newSecrets, problems, plan } = await exportOf(
      withSecrets('didit-profile-sync', [
        'PARTNER_KEY',
        'partner.url',
        ...['AUTH0_DOMAIN', 'AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'],
      ]),
    );
    expect(newSecrets).toEqual([
      { action: 'didit-profile-sync', name: 'PARTNER_KEY', variable: 'PARTNER_KEY' },
      { action: 'didit-profile-sync', name: 'partner.url', variable: 'partner_url' },
    ]);
    expect(text).toMatch(/- name: PARTNER_KEY\n {8}value: ["']##PARTNER_KEY##["']\n/);
    expect(text).toMatch(/- name: AUTH0_DOMAIN\n {8}value: ["']##AUTH0_DOMAIN##["']\n/);
    expect(text.match(/- name: DIDIT_CONNECTION/g)).toHaveLength(2);
    expect(problems).toEqual([]);
    expect((await plan({ PARTNER_KEY: 'one', partner_url: 'two' })).changes).toEqual(NOTHING);
  });

  test('come into an Action that lists none', async () => {
    const { plan } = await exportOf(withSecrets('didit-claims', ['DIDIT_CONNECTION', 'NEW']), [
      [
        /didit-claims.js[^]*?(?<secrets> {4}secrets:\n.*\n.*\n)/.exec(sample().tenantFile.text)?.groups?.[
          'secrets'
        ] ?? '',
        '',
      ],
    ]);
    expect((await plan({ DIDIT_CONNECTION: 'didit', NEW: 'one' })).changes).toEqual(NOTHING);
  });

  test('never get a variable that stands for something else', async () => {
    const { newSecrets } = await exportOf(
      withSecrets('didit-claims', ['DIDIT_CONNECTION', 'DIDIT-CLIENT-SECRET', 'a-b', 'a.b', 'a_b']),
    );
    expect(newSecrets.map(({ variable }) => variable)).toEqual([
      'DIDIT_CLIENT_SECRET_2',
      'a_b_2',
      'a_b_3',
      'a_b',
    ]);
  });
});
