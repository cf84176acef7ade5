import { machineLimitOf } from '../../base/disk-error.ts';
import { HANDLERS } from '../contract.ts';
import type { EndMessage } from '../messages.ts';
import { loadCommonJs } from './modules.ts';

/**
 * Runs the top level of an Action's code, and names the constructor of each handler that it exports, as Auth0's own check reads
 * it.
 */
export function loadOnly(
  { code, packages }: { readonly code: string; readonly packages: readonly string[] },
  root: string,
): EndMessage & { readonly kind: 'loaded' } {
  try {
    const exports = loadCommonJs({ fileName: 'action.js', code, packages }, root);
    const handlers = HANDLERS.filter((name) => name in exports);
    return {
      kind: 'loaded',
      result: {
        exports: Object.fromEntries(handlers.map((name) => [name, String(constructorOf(exports[name]))])),
      },
    };
  } catch (error) {
    const result = { error: error instanceof Error ? error.message : String(error) };
    const machine = machineLimitOf(error);
    return { kind: 'loaded', result, ...(machine === undefined ? {} : { machine }) };
  }
}

const constructorOf = (value: unknown): unknown =>
  typeof value === 'function' ? value.constructor.name : typeof value;
