import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { formatted } from '../base/formatted.ts';
import type { TextFile } from '../base/write-files.ts';
import { settingValues } from '../settings/setting-values.ts';
import { addToList } from '../tenant-config/add-to-list.ts';
import type { TenantConfigInFile } from '../tenant-config/read-tenant-config.ts';
import { parseTenantFile } from '../tenant-config/read-tenant-file.ts';
import { DIDIT_CONNECTION, DIDIT_HANDOVER_KEY } from '../tenant-config/tenant-config.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';

/** Names that are a file and an Action. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME_CHARACTERS = 100;

/**
 * A new Action: its source, a test of it, and its entry in `tenant.yaml`, where it runs last.
 *
 * @param root Absolute path of the folder that the files are relative to.
 * @throws {Problem} `ACTION_NAME_INVALID`, `NAME_TAKEN`.
 */
export async function newAction(
  name: string,
  { tenantFile, config }: TenantConfigInFile,
  root: string,
): Promise<readonly TextFile[]> {
  if (!NAME.test(name) || name.length > MAX_NAME_CHARACTERS) throw nameInvalid(name);
  const files = { source: `actions/${name}.ts`, test: `test/actions/${name}.test.ts` };
  const taken = Object.values(files).find((file) => existsSync(join(root, file)));
  if (taken !== undefined) throw nameTaken(name, taken);
  if (config.actions.some((action) => action.name === name)) throw nameTaken(name, tenantFile.file);
  const claim = `${namespaceOf(config)}${name}`;
  return [
    { file: files.source, text: await formatted(files.source, source(claim), root) },
    { file: files.test, text: await formatted(files.test, test(name, claim), root) },
    { file: tenantFile.file, text: withEntry(name, { tenantFile, config }) },
  ];
}

function withEntry(name: string, { tenantFile, config }: TenantConfigInFile): string {
  const listed = parseTenantFile(
    addToList(tenantFile, ['actions'], {
      name,
      code: `dist/actions/${name}.js`,
      runtime: 'node22',
      deployed: true,
      dependencies: [],
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      secrets: [
        { name: DIDIT_CONNECTION, value: config.connections[0]?.name ?? 'didit' },
        { name: DIDIT_HANDOVER_KEY, value: `##${DIDIT_HANDOVER_KEY}##` },
      ],
    }),
    tenantFile.file,
  );
  const bound = parseTenantFile(
    addToList(listed, ['triggers', 'post-login'], { action_name: name, display_name: name }),
    tenantFile.file,
  );
  validateTenantConfig(bound, bound.data);
  return bound.text;
}

/** As the other claims are named, where the file says it. */
function namespaceOf({ connections }: TenantConfig): string {
  const namespace = settingValues('didit_claims', connections[0]?.metadata?.['didit_claims'] ?? '')?.get(
    'namespace',
  );
  return namespace?.startsWith('https://') === true ? namespace : 'https://example.com/';
}

const source = (
  claim: string,
): string => `import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { readDiditAnswer } from './auth0/didit-answer.ts';

/** Tells the application that Didit has verified the person. */
export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  const didit = readDiditAnswer(event);
  // What is not known is absent, which is not the same as false.
  if (didit?.fields.verified !== true) return;
  api.idToken.setCustomClaim('${claim}', true);
};
`;

const test = (name: string, claim: string): string => `import { expect, test } from 'vitest';
import { simulateLogin } from '../../scripts/simulation/simulate-login.ts';

/** In the order of tenant.yaml; \`npm test\` builds them first. */
const actions = ['dist/actions/didit-profile-sync.js', 'dist/actions/${name}.js'];

/** Somebody who comes back from Didit with this answer. */
const personWith = (answer: Record<string, boolean>) => ({
  user_id: 'oauth2|didit|user-1',
  root: { didit_profile: { subject: 'user-1', fetched_at: new Date().toISOString(), ...answer } },
});

test('a verified person gets the claim', async () => {
  const { idToken } = await simulateLogin({ actions, user: personWith({ verified: true }) });
  expect(idToken).toEqual({ '${claim}': true });
});

test.each([{ verified: false }, {}])('a person of whom Didit says %j does not', async (answer) => {
  const { result, idToken } = await simulateLogin({ actions, user: personWith(answer) });
  expect(result).toBe('allowed');
  expect(idToken).toEqual({});
});
`;

const nameInvalid = (name: string): Problem =>
  new Problem({
    code: 'ACTION_NAME_INVALID',
    message: `"${name}" is not a name for a new Action.`,
    place: { of: 'npm run new', option: 'NAME' },
  });

const nameTaken = (name: string, file: string): Problem =>
  new Problem({
    code: 'NAME_TAKEN',
    message: `There is something of the name ${name} already. Nothing was written.`,
    place: { file },
  });
