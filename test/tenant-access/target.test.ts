import { expect, test } from 'vitest';
import { targetFromEnvironment } from '../../scripts/tenant-access/target.ts';
import { problemsOf } from '../problems-of.ts';

const domainOf = (written: string): string | undefined =>
  targetFromEnvironment(
    new Map([
      ['AUTH0_DOMAIN', written],
      ['AUTH0_ACCESS_TOKEN', 'x'],
    ]),
  )?.domain;

test.each([
  ['my-tenant.eu.auth0.com', 'my-tenant.eu.auth0.com'],
  ['My-Tenant.EU.Auth0.com', 'my-tenant.eu.auth0.com'],
  [' my-tenant.eu.auth0.com ', 'my-tenant.eu.auth0.com'],
  ['https://my-tenant.eu.auth0.com', 'my-tenant.eu.auth0.com'],
  ['HTTPS://My-Tenant.eu.auth0.com/', 'my-tenant.eu.auth0.com'],
  ['my-tenant.eu.auth0.com/', 'my-tenant.eu.auth0.com'],
  ['my-tenant.eu.auth0.com.', 'my-tenant.eu.auth0.com'],
  ['my-tenant.eu.auth0.com:443', 'my-tenant.eu.auth0.com'],
  ['localhost:8443', 'localhost:8443'],
])('%j is one tenant, however it is written', (written, domain) => {
  expect(domainOf(written)).toBe(domain);
});

test.each([
  'http://tenant.example.com',
  'https://tenant.example.com/api/v2/',
  'https://name:password@tenant.example.com',
  'tenant.example.com?x',
  'tenant example.com',
  'tenant.example.com:99999',
  'https://',
  'tenant..example.com/../x',
  'évil.example.com',
  '.',
  '.:8443',
  '..',
  '.example.com',
  'tenant..example.com',
])('%j is no host name', (written) => {
  expect(problemsOf(() => domainOf(written))).toMatchObject([
    { code: 'DOMAIN_INVALID', place: { variable: 'AUTH0_DOMAIN' } },
  ]);
});
