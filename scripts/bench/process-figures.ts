import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

export interface ProcessFigures {
  readonly seconds: number;
  /** Of the process and all it started, at the moment when they held most together. `undefined` where `ps` is missing. */
  readonly peakMegabytes: number | undefined;
}

const SAMPLE_MILLISECONDS = 100;

/**
 * Runs Node with these parameters and measures it until it ends.
 *
 * @param options `exitCode`: the one that it has to end with. Default 0.
 * @throws {Error} when it ends with another exit code, with what it printed.
 */
export async function measureProcess(
  parameters: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly exitCode?: number;
  },
): Promise<ProcessFigures> {
  const started = performance.now();
  const child = spawn(process.execPath, parameters, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  let peak: number | undefined;
  const sampling = setInterval(() => {
    void residentMegabytes(child.pid ?? 0).then((megabytes) => {
      if (megabytes !== undefined) peak = Math.max(peak ?? 0, megabytes);
    });
  }, SAMPLE_MILLISECONDS);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(sampling);
  if (exitCode !== (options.exitCode ?? 0))
    throw new Error(`node ${parameters.join(' ')} ended with ${String(exitCode)}:\n${printed}`);
  return { seconds: (performance.now() - started) / 1000, peakMegabytes: peak };
}

/** Resident memory of a process and its descendants; `undefined` where `ps` is missing. */
export async function residentMegabytes(root: number): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-e', '-o', 'pid=,ppid=,rss=']);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = new Set([root]);
    // Parents come before their children often, not always: as many passes as it takes.
    for (let before = 0; before !== family.size;) {
      before = family.size;
      for (const [pid = 0, parent = 0] of rows) if (family.has(parent)) family.add(pid);
    }
    return rows.reduce(
      (sum, [pid = 0, , kilobytes = 0]) => sum + (family.has(pid) ? kilobytes / 1024 : 0),
      0,
    );
  } catch {
    return undefined;
  }
}
