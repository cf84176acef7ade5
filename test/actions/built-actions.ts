import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { bundle } from '../../scripts/bundle/bundle.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';

export type Handler = (event: unknown, api: unknown) => Promise<unknown>;

export interface BuiltAction {
  readonly name: string;
  readonly code: string;
  readonly handler: Handler;
  /** What is called instead when the person comes back from a redirect of this Action. */
  readonly onContinue: Handler | undefined;
}

type Loader = (require: NodeJS.Require, module: object, exports: object) => void;

const isLoader = (value: unknown): value is Loader => typeof value === 'function';
const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** What a built CommonJS module exports. */
export function exportsOf(code: string): Readonly<Record<string, unknown>> {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const load: unknown = runInThisContext(`(function (require, module, exports) {${code}\n})`);
  if (!isLoader(load)) throw new Error('This is no module.');
  load(createRequire(import.meta.url), module, module.exports);
  return module.exports;
}

export const ACTION_NAMES = [
  'didit-profile-sync',
  'didit-step-up',
  'didit-access-policy',
  'didit-claims',
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

/** The built Actions in their order, ready to be called: the very text that would be uploaded. */
export const loadActions = (): Promise<readonly BuiltAction[]> =>
  Promise.all(
    ACTION_NAMES.map(async (name) => {
      const { code } = await bundle({
        name,
        kind: 'action',
        entry: `actions/${name}.ts`,
        output: `dist/actions/${name}.js`,
        dependencies: [],
      });
      const { onExecutePostLogin: handler, onContinuePostLogin: onContinue } = exportsOf(code);
      if (!isHandler(handler)) throw new Error(`${name} exports no handler.`);
      return { name, code, handler, onContinue: isHandler(onContinue) ? onContinue : undefined };
    }),
  );

/** The profile script with a connection's settings written into it, as it would be uploaded. */
export const bundleProfileScript = (settings: string): Promise<Bundle> =>
  bundle({
    name: 'fetch-user-profile',
    kind: 'connection-script',
    entry: 'actions/connection/fetch-user-profile.ts',
    output: 'dist/connection/fetch-user-profile.js',
    dependencies: [],
    constants: { DIDIT_SYNC_SETTINGS: settings },
  });
