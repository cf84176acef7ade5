import { startDeployCli } from '../../scripts/deploy/deploy-cli.ts';
import type { DeployCli, DeployCliOptions } from '../../scripts/deploy/deploy-cli.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';

/** Parameters of Node that cut the CLI's fixed pauses short. */
const FAST_CLOCK: readonly string[] = ['--import', new URL('fast-clock.mjs', import.meta.url).href];

type StartCli = NonNullable<Deploy['startCli']>;

/** The CLI in a process of its own, as every deploy starts it, with its fixed pauses cut short. */
export const ownCli: StartCli = (options) => startDeployCli(options, FAST_CLOCK);

interface Warm {
  readonly cli: DeployCli;
  /** Of the deploy that it serves. */
  redact: DeployCliOptions['redact'];
}

/** Processes that wait for the next deploy, by the authority that they trust. They end with this one. */
const idle = new Map<string | undefined, Warm[]>();

/**
 * The CLI for one deploy after the other: most of a small import's time, and all but a tenth of its work, is the CLI's start. A
 * process whose last import went well serves the next deploy, of the next test file too; any other ends with its own, as it
 * always does.
 */
export const warmCli: StartCli = ({ authorityFile, redact }) => {
  const waiting = idle.get(authorityFile) ?? [];
  idle.set(authorityFile, waiting);
  const warm = waiting.pop() ?? startWarm(authorityFile, redact);
  warm.redact = redact;
  let wentWell = true;
  let isBack = false;
  return {
    import: async (order, signal) => {
      wentWell = false;
      const report = await warm.cli.import(order, signal);
      wentWell = true;
      return report;
    },
    close: async () => {
      if (isBack) return;
      isBack = true;
      if (wentWell) waiting.push(warm);
      else await warm.cli.close();
    },
  };
};

function startWarm(authorityFile: string | undefined, redact: DeployCliOptions['redact']): Warm {
  const warm: Warm = {
    redact,
    cli: ownCli({ authorityFile, redact: (text) => warm.redact(text) }),
  };
  return warm;
}

/** The same deploy, by a warm CLI unless it starts the CLI in a way of its own. */
export const inTests = (deploy: Deploy, authorityFile: string): Deploy => ({
  ...deploy,
  authorityFile,
  settleMilliseconds: 50,
  startCli: deploy.startCli ?? warmCli,
});
