import { startDeployCli } from '../deploy/deploy-cli.ts';
import type { DeployCli, DeployCliOptions } from '../deploy/deploy-cli.ts';

/** auth0-deploy-cli for one deploy after the other. */
export interface KeptCli {
  /** As `Deploy.startCli` has it: what it gives is closed after each deploy, and the process stays. */
  readonly start: (options: DeployCliOptions) => DeployCli;
  /** Resolves when the process is gone. */
  close(): Promise<void>;
}

/**
 * Keeps one process of the CLI: most of a small import's time is its start. One whose import failed, or was stopped, is not
 * used again.
 *
 * @param authorityFile PEM of the local tenant's certificate authority, which the process trusts from its start.
 */
export function keepDeployCli(authorityFile: string | undefined, start = startDeployCli): KeptCli {
  let redact: DeployCliOptions['redact'] = (text) => text;
  const begin = (): DeployCli => start({ authorityFile, redact: (text) => redact(text) });
  // The first deploy finds it started.
  let kept: DeployCli | undefined = begin();
  return {
    start: (options) => {
      redact = options.redact;
      const cli = (kept ??= begin());
      let isWell = true;
      return {
        import: async (order, signal) => {
          isWell = false;
          const report = await cli.import(order, signal);
          isWell = true;
          return report;
        },
        close: async () => {
          if (isWell) return;
          if (kept === cli) kept = undefined;
          await cli.close();
        },
      };
    },
    close: async () => {
      await kept?.close();
      kept = undefined;
    },
  };
}
