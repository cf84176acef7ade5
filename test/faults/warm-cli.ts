import { startDeployCli } from '../../scripts/deploy/deploy-cli.ts';
import type { DeployCli, DeployCliOptions } from '../../scripts/deploy/deploy-cli.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';

/** Parameters of Node that cut the CLI's fixed pauses short. */
export const FAST_CLOCK: readonly string[] = ['--import', new URL('fast-clock.mjs', import.meta.url).href];

/** Processes of auth0-deploy-cli for one deploy after the other: most of a small import's time is the CLI's start. */
export interface WarmCli {
  readonly start: (options: DeployCliOptions) => DeployCli;
  close(): Promise<void>;
}

/** A process whose last import went well serves the next deploy; any other ends with its own, as it always does. */
export function warmCli(authorityFile: string): WarmCli {
  let idle: DeployCli | undefined;
  let redact: DeployCliOptions['redact'] = (text) => text;
  return {
    start: (options) => {
      ({ redact } = options);
      const cli = idle ?? startDeployCli({ authorityFile, redact: (text) => redact(text) }, FAST_CLOCK);
      idle = undefined;
      let wentWell = true;
      let isBack = false;
      return {
        import: async (order, signal) => {
          wentWell = false;
          const report = await cli.import(order, signal);
          wentWell = true;
          return report;
        },
        close: async () => {
          if (isBack) return;
          isBack = true;
          if (wentWell) idle = cli;
          else await cli.close();
        },
      };
    },
    close: async () => {
      await idle?.close();
      idle = undefined;
    },
  };
}

/** The same deploy, with the CLI's pauses cut short, unless it starts the CLI in a way of its own. */
export const inTests = (deploy: Deploy, authorityFile: string): Deploy => ({
  ...deploy,
  authorityFile,
  settleMilliseconds: 50,
  startCli: deploy.startCli ?? ((options) => startDeployCli(options, FAST_CLOCK)),
});
