import type { Bundle } from '../bundle/bundle.ts';

/** The built code of an Action by its name. */
export const codeOf =
  (bundles: readonly Bundle[]) =>
  (name: string): string | undefined =>
    bundles.find(({ target }) => target.kind === 'action' && target.name === name)?.code;
