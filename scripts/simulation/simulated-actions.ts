import { existsSync, readFileSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { DeployedAction } from '../local-tenant/runtime.ts';
import { allOf, Problem } from '../base/problem.ts';
import { bundle, bundleToTry } from '../bundle/bundle.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { SIMULATED_DOMAIN } from './simulated-event.ts';
import type { SimulatedAction, SimulatedLogin } from './simulated-login.ts';

/** The application that the simulated Actions sign people in with in the middle of another login. */
export const SIMULATED_STEP_UP_CLIENT = 'simulated-step-up-client';

const DEFAULT_SECRETS: Readonly<Record<string, string>> = {
  DIDIT_CONNECTION: 'didit',
  AUTH0_DOMAIN: SIMULATED_DOMAIN,
  AUTH0_MANAGEMENT_CLIENT_ID: 'simulated-management-client',
  AUTH0_MANAGEMENT_CLIENT_SECRET: 'simulated-management-secret',
  DIDIT_STEP_UP_CLIENT_ID: SIMULATED_STEP_UP_CLIENT,
  DIDIT_STEP_UP_CLIENT_SECRET: 'simulated-step-up-secret',
  DIDIT_HANDOVER_KEY: 'simulated-handover-key-of-32-characters',
};

/** Secrets that each simulated Action has, unless a login takes them away. */
export const DEFAULT_SECRET_NAMES: readonly string[] = Object.keys(DEFAULT_SECRETS);

/** In the order in which tenant.yaml binds them. */
const OWN_ACTIONS = ['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'].map(
  (name) => `dist/actions/${name}.js`,
);

/**
 * The Actions of a simulation as they would be deployed.
 * @throws {Problem | Problems} `ACTION_FILE_MISSING`, `BUNDLE_FAILED`.
 */
export const simulatedActions = async (login: SimulatedLogin): Promise<readonly DeployedAction[]> =>
  await allOf(
    [...(login.actionsBefore ?? []), ...(login.actions ?? OWN_ACTIONS)].map(async (given, index) => {
      const action: SimulatedAction = typeof given === 'string' ? { file: given } : given;
      return {
        id: `action-${index + 1}`,
        name: basename(action.file).replace(SOURCE_ENDING, ''),
        code: await readAction(action),
        secrets: definedOnly({ ...DEFAULT_SECRETS, ...login.secrets, ...action.secrets }),
        dependencies: (action.dependencies ?? []).map((given) =>
          typeof given === 'string' ? { name: given, version: '*' } : given,
        ),
      };
    }),
  );

const definedOnly = (secrets: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** Whether a deploy could build it: what it may take in then is looked at. */
const isOfProject = (file: string): boolean =>
  resolve(PROJECT_ROOT, file).startsWith(resolve(PROJECT_ROOT, 'actions') + sep);

const SOURCE_ENDING = /\.[cm]?[jt]s$/;

/**
 * Whether a file has to be built before Auth0 takes it, which runs CommonJS. An `export` at the start of a line makes JavaScript
 * a module.
 */
const isSource = (file: string, text: string | undefined): boolean =>
  /\.([cm]?ts|mjs)$/.test(file) || (text !== undefined && /^export\s/m.test(text));

/** A source is built as a deploy would build it, and nothing is written. */
async function readAction({ file, dependencies = [] }: SimulatedAction): Promise<string> {
  const path = resolve(PROJECT_ROOT, file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (!isSource(file, text)) {
    if (text !== undefined) return text;
    throw new Problem({
      code: 'ACTION_FILE_MISSING',
      message: 'An Action of the simulated login cannot be read.',
      place: { file },
      remedy: "Run `npm run build` first, or fix the path: it is relative to the project's root.",
    });
  }
  if (!isOfProject(file)) return await bundleToTry(path);
  const entry = relative(PROJECT_ROOT, path).replaceAll(sep, '/');
  const target = {
    name: basename(file).replace(SOURCE_ENDING, ''),
    kind: 'action',
    entry,
    output: `dist/${entry}`,
    dependencies: dependencies.map((given) => (typeof given === 'string' ? given : given.name)),
  } as const;
  return (await bundle(target)).code;
}
