/**
 * The process in which auth0-deploy-cli runs: it reads its certificate authority at start, keeps its configuration in
 * global state and would otherwise see our whole environment. Everything it needs comes as one message; nothing of it
 * touches the disk.
 */
import { createRequire } from 'node:module';
import type { DeployCliOrder, DeployCliReport } from './deploy-cli.ts';

const require = createRequire(import.meta.url);

/** The version whose private module `slimSchema` knows. Any other runs untouched. */
const KNOWN_VERSION = '8.44.0';

/**
 * How often the CLI repeats a call that is answered with 429 or 5xx, after 1, 2, 4, … seconds: half a minute in all. Its own
 * ten times are half an hour of silence.
 */
const MAX_RETRIES = 5;

interface DeployCli {
  readonly deploy: (parameters: {
    readonly input_file: object;
    readonly base_path: string;
    readonly env: boolean;
    readonly config: Readonly<Record<string, unknown>>;
  }) => Promise<void>;
}

const isDeployCli = (value: unknown): value is DeployCli =>
  typeof value === 'object' && value !== null && 'deploy' in value && typeof value.deploy === 'function';

/**
 * Empties the `prompts` part of the CLI's in-memory JSON schema, which is 8 of its 8.1 MB and is compiled at each import
 * whether prompts are deployed or not: 17 of 21 seconds, 1.7 of 1.9 GB. Safe only where no `prompts` are deployed.
 * @returns Whether it was done; if not, the CLI is as published and only slower.
 */
function slimSchema(order: DeployCliOrder): boolean {
  if (order.untouched || 'prompts' in order.assets) return false;
  try {
    const { version } = require('auth0-deploy-cli/package.json') as { version?: unknown };
    if (version !== KNOWN_VERSION) return false;
    const schema = require('auth0-deploy-cli/lib/tools/auth0/schema') as {
      default?: { properties?: Record<string, unknown> };
    };
    const properties = schema.default?.properties;
    if (properties === undefined || !('prompts' in properties)) return false;
    properties['prompts'] = {};
    return true;
  } catch {
    return false;
  }
}

const publishedFetch = globalThis.fetch;

/** The CLI itself waits a minute for an answer. */
const limited =
  (milliseconds: number): typeof fetch =>
  (input, init) => {
    const limit = AbortSignal.timeout(milliseconds);
    const signal = init?.signal == null ? limit : AbortSignal.any([init.signal, limit]);
    return publishedFetch(input, { ...init, signal });
  };

async function run(order: DeployCliOrder): Promise<DeployCliReport> {
  const slim = slimSchema(order);
  globalThis.fetch = limited(order.answerTimeoutMilliseconds);
  const cli: unknown = require('auth0-deploy-cli');
  if (!isDeployCli(cli))
    return { kind: 'failed', message: 'auth0-deploy-cli has no deploy function.', stage: 'start' };
  try {
    await cli.deploy({
      input_file: order.assets,
      base_path: order.basePath,
      env: false,
      config: {
        AUTH0_DOMAIN: order.domain,
        AUTH0_ACCESS_TOKEN: order.accessToken,
        AUTH0_INCLUDED_ONLY: Object.keys(order.assets),
        AUTH0_ALLOW_DELETE: false,
        AUTH0_API_MAX_RETRIES: MAX_RETRIES,
        AUTH0_KEYWORD_REPLACE_MAPPINGS: {},
      },
    });
    return { kind: 'done', slimSchema: slim, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
  } catch (error) {
    const details = typeof error === 'object' && error !== null ? error : {};
    return {
      kind: 'failed',
      message: error instanceof Error ? error.message : String(error),
      stage: ['type' in details ? String(details.type) : '', 'stage' in details ? String(details.stage) : '']
        .join(' ')
        .trim(),
    };
  }
}

process.on('message', (order: DeployCliOrder) => {
  void run(order).then((report) => process.send?.(report));
});
// Ctrl-C reaches this process too; what it means is the deploy's to decide, and it puts back what was half done.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
// The deploy is over, or is no more: nothing of it goes on here.
process.on('disconnect', () => {
  process.exit(0);
});
