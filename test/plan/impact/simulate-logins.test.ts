import { expect, test } from 'vitest';
import { loginImpact } from '../../../scripts/plan/impact/login-impact.ts';
import { loginCases } from '../../../scripts/plan/impact/login-cases.ts';
import type { LoginApplication, LoginSide } from '../../../scripts/plan/impact/login-side.ts';
import { modelFromConfig } from '../../../scripts/tenant-model/model-from-config.ts';
import type { TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { PROFILE_SCRIPT } from '../../deploy/deploy-inputs.ts';
import { sample } from '../sample.ts';

/** The project's own tenant with this handler in each of its Actions. */
const withHandler = (body: string): TenantModel => {
  const { config, bundles } = sample();
  return modelFromConfig(
    config,
    bundles.map(({ target }) => ({
      target,
      code:
        target.kind === 'action'
          ? `exports.onExecutePostLogin = async (event, api) => { ${body} };`
          : PROFILE_SCRIPT,
    })),
  );
};

const application = (name: string, policy: string): LoginApplication => ({
  name,
  metadata: { didit_policy: policy },
  enabled: true,
});

const side = (applications: readonly LoginApplication[], changes: Partial<LoginSide> = {}): LoginSide => ({
  connection: 'didit',
  connectionMetadata: {},
  profileScript: PROFILE_SCRIPT,
  scopes: [],
  actions: [],
  applications,
  ...changes,
});

const ADMIN = application('Admin', 'require=verified');
const SHOP = application('Shop', 'require=verified');

test.each<[string, LoginSide, readonly string[]]>([
  ['one application is stricter', side([ADMIN, application('Shop', 'require=age_over_21')]), ['Shop']],
  ['one is no longer enabled', side([{ ...ADMIN, enabled: false }, SHOP]), ['Admin']],
  ['one is new', side([ADMIN, SHOP, application('New', '')]), ['New']],
  ['one is gone', side([SHOP]), ['Admin']],
  [
    'one has an organization',
    side([{ ...ADMIN, membership: { application: 'Admin', organization: 'a', metadata: {} } }, SHOP]),
    ['Admin'],
  ],
  [
    'the connection differs',
    side([ADMIN, SHOP], { connectionMetadata: { didit_sync: 'mode=off' } }),
    ['Admin', 'Shop'],
  ],
  [
    'the profile script differs',
    side([ADMIN, SHOP], { profileScript: `${PROFILE_SCRIPT} ` }),
    ['Admin', 'Shop'],
  ],
  ['people are asked for more', side([ADMIN, SHOP], { scopes: ['phone'] }), ['Admin', 'Shop']],
  [
    'an Action differs',
    side([ADMIN, SHOP], {
      actions: [{ name: 'a', code: '', secrets: [], dependencies: [], diditConnection: 'didit' }],
    }),
    ['Admin', 'Shop'],
  ],
  ['nothing differs but the order', side([SHOP, ADMIN]), []],
])('people sign in wherever something can change for them: where %s', (_, after, expected) => {
  const cases = loginCases([side([ADMIN, SHOP]), after], ['adult']);
  expect(new Set(cases.map((login) => login.application))).toEqual(new Set(expected));
});

const QUICK = withHandler('');
/** Four Actions, one after the other. */
const SLOW = withHandler('await new Promise((resolve) => setTimeout(resolve, 100));');

test.each([
  ['the new code', QUICK, SLOW],
  ['the old code, which may hide what the new one does,', SLOW, withHandler('/* new */')],
])(
  'logins for which %s leaves no time are a finding, and are not taken for logins that stay as they are',
  async (_, before, after) => {
    const { notRun: found, changes, lockedOut } = await loginImpact({ before, after }, 500);
    expect(found).toMatchObject([{ connection: 'didit', security: [{ code: 'logins_not_run' }] }]);
    const [, notRun, all] = /^(\d+) of (\d+) were not run$/.exec(found[0]?.security[0]?.because ?? '') ?? [];
    expect(Number(notRun)).toBeGreaterThan(0);
    expect(Number(notRun)).toBeLessThan(Number(all));
    // Of what was not run, nothing is said.
    expect({ changes, lockedOut }).toEqual({ changes: [], lockedOut: [] });
  },
);
