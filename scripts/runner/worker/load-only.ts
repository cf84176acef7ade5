import type { LoadedCode } from '../contract.ts';
import { loadCommonJs } from './modules.ts';

/** Runs the top level of an Action's code, and names the constructor of each handler that it exports, as Auth0's own check reads it. */
export function loadOnly(
  { code, packages }: { readonly code: string; readonly packages: readonly string[] },
  root: string,
): LoadedCode {
  try {
    const exports = loadCommonJs({ fileName: 'action.js', code, packages }, root);
    return {
      exports: Object.fromEntries(
        HANDLERS.filter((name) => name in exports).map((name) => [
          name,
          String(constructorOf(exports[name])),
        ]),
      ),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const constructorOf = (value: unknown): unknown =>
  typeof value === 'function' ? value.constructor.name : typeof value;

const HANDLERS = ['onExecutePostLogin', 'onContinuePostLogin'];
