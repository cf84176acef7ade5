import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readAnnouncement } from '../../scripts/local-tenant/running.ts';

const folder = mkdtempSync(join(tmpdir(), 'announcements-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CLIENT = { clientId: 'id', clientSecret: 'secret' };
const RUNNING = {
  url: 'https://localhost:8443',
  authority: '-----BEGIN CERTIFICATE-----',
  authorityFile: '/tmp/authority.pem',
  management: CLIENT,
  didit: CLIENT,
};

function announced(text: string) {
  const file = join(folder, 'running.json');
  writeFileSync(file, text);
  return readAnnouncement(file);
}

test('the announcement of a local tenant is followed', () => {
  expect(announced(JSON.stringify(RUNNING))).toEqual(RUNNING);
});

test.each([
  'https://tenant.example.com',
  'https://localhost.example.com:8443',
  'https://localhost:8443@tenant.example.com',
  'https://localhost:8443/@tenant.example.com',
  'https://localhost:8443\n.example.com',
  'http://localhost:8443',
  'https://localhost',
  '',
  5,
  null,
])('one that leads elsewhere is not, whoever has put it there: %j', (url) => {
  expect(announced(JSON.stringify({ ...RUNNING, url }))).toBeUndefined();
});

test.each(['', '{', '[]', 'null', JSON.stringify({ ...RUNNING, management: {} })])(
  'nor is what is none: %s',
  (text) => {
    expect(announced(text)).toBeUndefined();
  },
);
