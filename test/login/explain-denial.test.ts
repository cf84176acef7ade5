import { describe, expect, test } from 'vitest';
import { Problem } from '../../scripts/base/problem.ts';
import { denialRule, explainDenial } from '../../scripts/login/explain-denial.ts';
import type { DenialRule } from '../../scripts/login/explain-denial.ts';
import { ruleBehind } from '../../scripts/login/rule-behind.ts';

/** A tenant with these rules at the connection and at the application. */
const tenantWith = (connection: string | undefined, client: string | undefined) => ({
  list: async (path: string): Promise<readonly Record<string, unknown>[]> =>
    path.startsWith('/connections?name=didit')
      ? [{ name: 'didit', metadata: { didit_policy: connection } }]
      : [
          { name: 'Other', client_metadata: { didit_policy: 'require=phone_verified' } },
          { name: 'Shop', client_metadata: { didit_policy: client } },
        ],
});

const deniedWith = async (
  code: string,
  connection: string | undefined,
  client: string | undefined,
): Promise<DenialRule> => {
  const rule = await ruleBehind(
    { kind: 'denied', error: 'access_denied', errorDescription: `${code}: Some sentence.` },
    tenantWith(connection, client),
    'didit',
    'Shop',
  );
  if (rule === undefined) throw new Error('no denial of ours');
  return rule;
};

describe('the rule behind a denial, as the tenant has it', () => {
  test.each([
    ['didit_not_verified', undefined, 'require=verified', 'require=verified', 'client'],
    ['didit_age_under_18', 'require=age_over_18', undefined, 'require=age_over_18', 'connection'],
    ['didit_age_unknown', undefined, 'require=age_over_21', 'require=age_over_21', 'client'],
    [
      'didit_profile_unavailable',
      'on_unavailable=deny',
      'require=verified',
      'on_unavailable=deny',
      'connection',
    ],
    ['didit_profile_unavailable', undefined, 'require=verified', 'on_unavailable=deny', 'default'],
    [
      'didit_profile_unavailable',
      undefined,
      'require=verified on_unavailable=allow',
      'require=verified',
      'client',
    ],
    ['didit_two_identities', undefined, 'require=verified', 'require=verified', 'client'],
    ['didit_two_identities', 'max_age=30d', undefined, 'max_age', 'connection'],
    ['didit_profile_stale', 'max_age=30d', 'require=verified', 'max_age', 'connection'],
    ['didit_connection_required', undefined, 'apply_to=all', 'apply_to=all', 'client'],
    ['didit_profile_stale', undefined, 'apply_to=all', 'apply_to=all', 'client'],
    ['didit_policy_unreadable', undefined, 'require=verifed', 'a text that cannot be read', 'client'],
  ])('is found for %s (connection %s, application %s)', async (code, connection, client, setting, level) => {
    const rule = await deniedWith(code, connection, client);
    const of = { client: 'Shop', connection: 'didit' }[level] ?? null;
    expect(rule).toEqual({ code, setting, level, of });
    expect(explainDenial(rule)).toContain(`The rule behind it: ${setting}, `);
  });

  test.each([
    ['didit_age_under_18', 'mode=enforce', 'require=verified'],
    ['didit_profile_stale', undefined, 'require=verified'],
    ['didit_profile_unavailable', undefined, undefined],
    ['didit_two_identities', undefined, 'on_unavailable=deny'],
    ['didit_connection_required', undefined, 'require=verified'],
    ['didit_not_verified', 'mode=report', 'require=verified'],
  ])(
    'is not invented where the tenant has none for %s (connection %s, application %s)',
    async (code, connection, client) => {
      const rule = await deniedWith(code, connection, client);
      expect(rule).toEqual({ code, setting: null, level: null, of: null });
      expect(explainDenial(rule)).toMatch(/^None of the rules that can be read from the tenant/);
    },
  );

  test('is none where the Action itself failed, which is said', async () => {
    const rule = await deniedWith('didit_policy_failed', undefined, 'require=verified');
    expect(rule).toEqual({ code: 'didit_policy_failed', setting: null, level: null, of: null });
    expect(explainDenial(rule)).toMatch(/^No rule says so: the Action didit-access-policy met an error/);
  });

  test('of a step-up is the setting that asks, and the page says what to do', async () => {
    const rule = await deniedWith('didit_step_up_failed', undefined, 'apply_to=all step_up=on');
    expect(rule).toMatchObject({ setting: 'step_up=on', level: 'client', of: 'Shop' });
    expect(explainDenial(rule)).toMatch(/\(step_up=on, in the client_metadata of Shop\).*docs\/linking\.md/);
    const changed = await deniedWith('didit_step_up_refused', undefined, undefined);
    expect(explainDenial(changed)).toContain('the log line of the Action didit-step-up says why');
  });

  test('stands in a sentence with its place', async () => {
    expect(explainDenial(await deniedWith('didit_age_under_18', 'require=age_over_18', undefined))).toContain(
      'require=age_over_18, in the metadata of the connection didit',
    );
  });

  test('of an organization is found where its member signed in', async () => {
    const tenant = tenantWith('mode=enforce', 'require=verified');
    const list = async (path: string): Promise<readonly Record<string, unknown>[]> =>
      path.startsWith('/organizations')
        ? [{ id: 'org_1', name: 'acme', metadata: { didit_policy: 'require=age_over_18' } }]
        : await tenant.list(path);
    const denied = {
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'didit_age_unknown: …',
    } as const;
    for (const organization of ['acme', 'org_1']) {
      const rule = await ruleBehind(denied, { list }, 'didit', 'Shop', organization);
      expect(rule).toMatchObject({ setting: 'require=age_over_18', level: 'organization', of: 'acme' });
    }
    const unnamed = await ruleBehind(denied, { list }, 'didit', 'Shop');
    expect(unnamed?.setting).toBeNull();
  });

  test('at the other levels is found also where organizations cannot be read', async () => {
    const tenant = tenantWith(undefined, 'require=verified');
    const list = async (path: string): Promise<readonly Record<string, unknown>[]> => {
      if (!path.startsWith('/organizations')) return await tenant.list(path);
      throw new Problem({ code: 'SCOPE_MISSING', message: 'no', place: { tenant: 'tenant.example.com' } });
    };
    const denied = {
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'didit_not_verified: …',
    } as const;
    expect(await ruleBehind(denied, { list }, 'didit', 'Shop', 'acme')).toMatchObject({ level: 'client' });
  });

  test('is no reason to fail where the settings cannot be read', async () => {
    const list = async (): Promise<never> => {
      throw new Problem({ code: 'SCOPE_MISSING', message: 'no', place: { tenant: 'tenant.example.com' } });
    };
    const denied = {
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'didit_not_verified: …',
    } as const;
    const rule = await ruleBehind(denied, { list }, 'didit', 'Shop');
    expect(rule).toEqual(denialRule('didit_not_verified', undefined));
    expect(rule).toMatchObject({ code: 'didit_not_verified', setting: null });
  });

  test.each(['no_contract: …', 'the connection was disabled', 'didit_not_verified', ''])(
    'is none for what another Action or Auth0 says (%s)',
    async (errorDescription) => {
      const denied = { kind: 'denied', error: 'access_denied', errorDescription } as const;
      expect(await ruleBehind(denied, tenantWith(undefined, undefined), 'didit', 'Shop')).toBeUndefined();
    },
  );
});
