import { isDeepStrictEqual } from 'node:util';
import { isRecord, recordsOf, textOf } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import { diffModels } from '../tenant-model/diff/diff-models.ts';
import type { ModelPair } from '../tenant-model/diff/change.ts';

/**
 * Between a plan and the answer to it, somebody changed what it is about.
 *
 * @param shown What was shown: `plan` or `list`.
 * @param what What is different, in words; default not said.
 * @param isBegun Whether something has been sent already, of which another problem tells what became. Default false.
 */
export const tenantChanged = (
  domain: string,
  shown: 'plan' | 'list',
  what?: string,
  isBegun = false,
): Problem =>
  new Problem({
    code: 'TENANT_CHANGED',
    message: `Somebody changed the tenant since the ${shown} was made${what === undefined ? '' : ` (${what})`}.${isBegun ? '' : ' Nothing was changed now.'}`,
    place: { tenant: domain },
    remedy: `Run the command again, and read the new ${shown}.`,
  });

/** What is different between two looks at a tenant, in words: each thing with its settings. Never a value. */
export function differenceInWords(models: ModelPair): string | undefined {
  const paths = new Map<string, string[]>();
  for (const { kind, name, path } of diffModels(models)) {
    const thing = `${kind} ${name}`;
    paths.set(thing, [...(paths.get(thing) ?? []), ...(path === undefined ? [] : [path])]);
  }
  const words = [...paths].map(([thing, settings]) =>
    settings.length === 0 ? thing : `${thing}: ${settings.join(', ')}`,
  );
  if (!isDeepStrictEqual(models.before.flow, models.after.flow)) words.push('the Actions of the login');
  return words.length === 0 ? undefined : words.join('; ');
}

/** The same for two states of which nothing more is known than lists of things with names. */
export function differentThings(before: object, after: object): string | undefined {
  const names = Object.entries(after).flatMap(([kind, now]) => {
    const was: unknown = Reflect.get(before, kind);
    if (isDeepStrictEqual(was, now)) return [];
    const things = [...recordsOf(now), ...recordsOf(was)];
    const changed = things.filter((thing) =>
      [was, now].some((list) => !recordsOf(list).some((other) => isDeepStrictEqual(other, thing))),
    );
    return changed.length === 0 || !changed.every(isRecord)
      ? [kind]
      : changed.map(
          (thing) =>
            `${kind}: ${textOf(thing['name'] ?? thing['identifier'] ?? thing['action_name'] ?? thing['id'])}`,
        );
  });
  return names.length === 0 ? undefined : [...new Set(names)].join('; ');
}
