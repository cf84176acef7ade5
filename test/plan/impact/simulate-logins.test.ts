import { expect, test } from 'vitest';
import { loginImpact } from '../../../scripts/plan/impact/login-impact.ts';
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
