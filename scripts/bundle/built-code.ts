import type { Bundle } from './bundle.ts';

/** The built code of an Action by its name. */
export const codeOf =
  (bundles: readonly Bundle[]) =>
  (name: string): string | undefined =>
    bundles.find(({ target }) => target.kind === 'action' && target.name === name)?.code;

/** Values of the `@@…@@` placeholders that the build fills in. */
export const builtValues = (bundles: readonly Bundle[]): readonly (readonly [string, string])[] =>
  bundles
    .filter(({ target }) => target.kind === 'connection-script')
    .map(({ code }) => ['DIDIT_FETCH_USER_PROFILE', code]);
