import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Problem } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';

/** One import by auth0-deploy-cli: resource kinds in its own YAML form, placeholders already filled in. */
export interface DeployCliOrder {
  readonly assets: Readonly<Record<string, unknown>>;
  /** Folder that `code` paths are relative to. */
  readonly basePath: string;
  readonly domain: string;
  readonly accessToken: string;
  /** Runs the CLI exactly as published, its large schema included. Default false. */
  readonly untouched: boolean;
  /** Milliseconds that the tenant may take for one answer. */
  readonly answerTimeoutMilliseconds: number;
}

export type DeployCliReport =
  | { readonly kind: 'done'; readonly slimSchema: boolean; readonly peakMemoryBytes: number }
  | { readonly kind: 'failed'; readonly message: string; readonly stage: string };

const VARIABLES_FOR_THE_CLI = [
  'PATH',
  'HOME',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];

/** The version of the package as installed. */
export function deployCliVersion(): string {
  const manifest = createRequire(import.meta.url)('auth0-deploy-cli/package.json') as { version: string };
  return manifest.version;
}

export interface DeployCli {
  /**
   * Imports one set of assets.
   * @param signal Stops it: the process is killed, whatever it was doing.
   * @throws {Problem} `DEPLOY_CLI_FAILED` with the CLI's own reason.
   */
  import(order: DeployCliOrder, signal?: AbortSignal): Promise<Extract<DeployCliReport, { kind: 'done' }>>;
  /** Resolves when the process is gone, and with it every call that it was making. */
  close(): Promise<void>;
}

export interface DeployCliOptions {
  /** PEM of an extra certificate authority; only the local tenant needs one. */
  readonly authorityFile?: string | undefined;
  /** Takes secrets out of whatever the CLI says before anybody sees it. */
  readonly redact: (text: string) => string;
}

/**
 * Starts auth0-deploy-cli in a process of its own, with an environment that holds none of our variables (it would
 * otherwise replace `##NAME##` inside code with them). One process serves several imports: most of a small import's time
 * is the CLI's start.
 *
 * @param nodeParameters Further parameters of Node for that process. Tests shorten the CLI's fixed pauses with them.
 */
export function startDeployCli(options: DeployCliOptions, nodeParameters: readonly string[] = []): DeployCli {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      // It makes much garbage and lives for seconds: this keeps a fifth of its memory from being asked for.
      '--max-semi-space-size=1',
      ...nodeParameters,
      fileURLToPath(new URL('deploy-cli-process.ts', import.meta.url)),
    ],
    {
      cwd: PROJECT_ROOT,
      env: {
        ...Object.fromEntries(
          VARIABLES_FOR_THE_CLI.flatMap((name) =>
            process.env[name] === undefined ? [] : [[name, process.env[name]]],
          ),
        ),
        ...(options.authorityFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: options.authorityFile }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  let said = '';
  const listen = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);

  return {
    import: async (order, signal) => {
      said = '';
      const stop = (): void => {
        child.kill('SIGKILL');
      };
      signal?.addEventListener('abort', stop);
      try {
        signal?.throwIfAborted();
        const report = await answerTo(child, order);
        signal?.throwIfAborted();
        if (report.kind === 'done') return report;
        throw new Problem({
          code: 'DEPLOY_CLI_FAILED',
          message: options.redact(
            `auth0-deploy-cli stopped${report.stage === '' ? '' : ` (${report.stage})`}: ${report.message}${lastWords(said)}`,
          ),
          place: { tenant: order.domain },
        });
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const impatience = setTimeout(() => child.kill('SIGKILL'), 1_000);
      await gone;
      clearTimeout(impatience);
    },
  };
}

async function answerTo(child: ChildProcess, order: DeployCliOrder): Promise<DeployCliReport> {
  return await new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('close', onExit);
      child.off('error', onError);
      child.off('message', onMessage);
    };
    const onExit = (code: number | null, signal: string | null): void => {
      settle();
      resolve({
        kind: 'failed',
        message: `it ended with ${signal ?? `exit code ${String(code)}`}`,
        stage: 'process',
      });
    };
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    const onMessage = (report: DeployCliReport): void => {
      settle();
      resolve(report);
    };
    child.once('error', onError);
    // Not at its exit: what it said last may not have been read by then.
    child.once('close', onExit);
    child.once('message', onMessage);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.send(order);
  });
}

/**
 * What the CLI's log says about a failure that its error does not. It is shown, and nothing is decided by it: it is only text.
 */
function lastWords(said: string): string {
  const lines = said.split('\n').filter((line) => /\b(error|warn)\b/i.test(line));
  return lines.length === 0 ? '' : ` — ${lines.slice(-3).join(' | ')}`;
}
