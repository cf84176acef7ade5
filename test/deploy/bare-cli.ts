import { spawn } from 'node:child_process';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { TenantFolders } from './tenant-folders.ts';

export interface CliCall {
  /** An interactive dry run answers its menu with "Export changes in a file". */
  readonly mode: 'import' | 'dry-run' | 'interactive dry-run' | 'export';
  /** The file that is imported, or the folder that is exported to. */
  readonly input: string;
  /** `localhost:PORT` of the tenant or of a proxy in front of it. */
  readonly domain: string;
  /** What `##NAME##` and `@@NAME@@` stand for. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Kinds of resources. Default: all. */
  readonly kinds?: readonly string[];
}

export interface CliResult {
  readonly exitCode: number | null;
  /** Everything, from both streams. */
  readonly printed: string;
}

/** Of the three answers to its question, the second. */
const EXPORT_CHANGES = { label: 'Export changes in a file', keys: '\u001B[B\r' };

/** Runs auth0-deploy-cli as published in the root of the folders, with its fixed pauses cut short. */
export async function bareCli(
  { root, authorityFile }: Pick<TenantFolders, 'root' | 'authorityFile'>,
  { accessToken }: Pick<ManagementApi, 'accessToken'>,
  { mode, input, domain, environment = {}, kinds = [] }: CliCall,
): Promise<CliResult> {
  const child = spawn(
    process.execPath,
    [new URL('bare-cli.mjs', import.meta.url).pathname, mode, input, domain, accessToken, kinds.join(',')],
    {
      cwd: root,
      env: {
        ...environment,
        PATH: process.env['PATH'],
        NODE_EXTRA_CA_CERTS: authorityFile,
        NODE_OPTIONS: `--import ${new URL('../faults/fast-clock.mjs', import.meta.url).href}`,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  const listen = (chunk: Buffer): void => {
    printed += chunk.toString();
    if (printed.includes(EXPORT_CHANGES.label) && !child.stdin.writableEnded)
      child.stdin.end(EXPORT_CHANGES.keys);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, printed };
}
