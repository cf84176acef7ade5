import type { Bundle } from './bundle.ts';

/** The built code of an Action by its name. */
export const codeOf =
  (bundles: readonly Bundle[]) =>
  (name: string): string | undefined =>
    bundles.find(({ target }) => target.kind === 'action' && target.name === name)?.code;

/**
 * The same bundles by the names that their Actions have once placeholders are filled in; they were built by the names as written.
 *
 * @param actions In the order in which they were built.
 */
export function namedAs(
  actions: readonly { readonly name: string }[],
  bundles: readonly Bundle[],
): readonly Bundle[] {
  const names = actions.map(({ name }) => name).values();
  return bundles.map((bundle) =>
    bundle.target.kind === 'action'
      ? { ...bundle, target: { ...bundle.target, name: names.next().value ?? bundle.target.name } }
      : bundle,
  );
}

/** Values of the `@@…@@` placeholders that the build fills in. */
export const builtValues = (bundles: readonly Bundle[]): readonly (readonly [string, string])[] =>
  bundles
    .filter(({ target }) => target.kind === 'connection-script')
    .map(({ code }) => ['DIDIT_FETCH_USER_PROFILE', code]);
