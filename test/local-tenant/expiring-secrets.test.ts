import { describe, expect, test } from 'vitest';
import type { TenantContext } from '../../scripts/local-tenant/context.ts';
import { expiringSecrets } from '../../scripts/local-tenant/expiring-secrets.ts';
import { sha256 } from '../../scripts/local-tenant/secrets.ts';
import { openSigningKeys } from '../../scripts/local-tenant/signing-keys.ts';
import { openStore } from '../../scripts/local-tenant/store/store.ts';

const keys = await openSigningKeys(openStore(undefined));

interface Example {
  readonly name: string;
  readonly expires_at: number;
}

function setUp() {
  let now = 1_000_000;
  const context: TenantContext = {
    store: openStore(undefined),
    keys,
    url: () => 'https://localhost:4433',
    domain: () => 'localhost:4433',
    now: () => now,
  };
  return {
    secrets: expiringSecrets<Example>(context, 'examples'),
    stored: () => context.store.collection<{ id: string }>('examples').all(),
    inFuture: (milliseconds: number) => now + milliseconds,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('documents behind a secret', () => {
  test('are found by the secret until the very millisecond they expire', () => {
    const { secrets, inFuture, advance } = setUp();
    const secret = secrets.issue({ name: 'one', expires_at: inFuture(1000) });
    advance(999);
    expect(secrets.find(secret)?.name).toBe('one');
    advance(1);
    expect(secrets.find(secret)).toBeUndefined();
    expect(secrets.take(secret)).toBeUndefined();
  });

  test('are stored under the hash; the secret is not in the store', () => {
    const { secrets, inFuture, stored } = setUp();
    const secret = secrets.issue({ name: 'one', expires_at: inFuture(1000) });
    expect(secret).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(stored()).toMatchObject([{ id: sha256(secret) }]);
    expect(JSON.stringify(stored())).not.toContain(secret);
  });

  test('can be taken once', () => {
    const { secrets, inFuture } = setUp();
    const secret = secrets.issue({ name: 'one', expires_at: inFuture(1000) });
    expect([secrets.take(secret)?.name, secrets.take(secret)]).toEqual(['one', undefined]);
  });

  test('are swept out too where their secret is somebody else’s: an access token, an assertion that was used', () => {
    const { secrets, inFuture, advance, stored } = setUp();
    secrets.keep('a token', { name: 'one', expires_at: inFuture(1000) });
    advance(61_000);
    secrets.keep('another', { name: 'two', expires_at: inFuture(1000) });
    expect(stored()).toMatchObject([{ id: sha256('another') }]);
  });

  test('are swept out some time after they expired', () => {
    const { secrets, inFuture, advance, stored } = setUp();
    secrets.issue({ name: 'old', expires_at: inFuture(10) });
    advance(60_000);
    secrets.issue({ name: 'new', expires_at: inFuture(10) });
    expect(stored()).toHaveLength(1);
  });

  test('can be changed and removed by what is in them', () => {
    const { secrets, inFuture } = setUp();
    const one = secrets.issue({ name: 'one', expires_at: inFuture(1000) });
    const two = secrets.issue({ name: 'two', expires_at: inFuture(1000) });
    secrets.changeEach((document) =>
      document.name === 'one' ? undefined : { ...document, name: 'changed' },
    );
    expect([secrets.find(one), secrets.find(two)?.name]).toEqual([undefined, 'changed']);
  });
});
