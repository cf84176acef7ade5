import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { trustAuthority } from '../local-tenant/index.ts';
import { signIn } from '../login/local/sign-in.ts';
import { firstLine } from './first-line.ts';
import { residentMegabytes } from './process-figures.ts';

export interface LoginFigures {
  readonly logins: number;
  /** One after the other: authorize, Didit stand-in, callback, our Actions, token. */
  readonly perSecond: number;
  /** 50 of them at once. */
  readonly perSecondAtOnce: number;
  /** Of the tenant's process, after a tenth of the logins and after all. */
  readonly residentMegabytes: { readonly early: number | undefined; readonly late: number | undefined };
}

const AT_ONCE = 50;

/**
 * Signs the verified adult in again and again, at a deployed local tenant in a process of its own.
 *
 * @param root A project in which `npm run deploy` has been run.
 */
export async function measureLogins(root: string, logins: number): Promise<LoginFigures> {
  const tenant = spawn(
    process.execPath,
    ['--import', './scripts/base/node-version.mjs', 'scripts/tenant.ts', '--json'],
    {
      cwd: root,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const { url, caFile, application } = JSON.parse(await firstLine(tenant)) as {
      url: string;
      caFile: string;
      application: { clientId: string; clientSecret: string; callback: string };
    };
    trustAuthority(readFileSync(caFile, 'utf8'));
    const login = async (): Promise<void> => {
      const result = await signIn({ tenantUrl: url, application, persona: 'adult', connection: 'didit' });
      if (result.kind !== 'signed-in') throw new Error(`A login ended with ${result.errorDescription}`);
    };
    await login();
    const early = Math.ceil(logins / 10);
    const started = performance.now();
    for (let done = 0; done < early; done += 1) await login();
    const earlyMegabytes = await residentMegabytes(tenant.pid ?? 0);
    for (let done = early; done < logins; done += 1) await login();
    const sequential = (performance.now() - started) / 1000;
    const lateMegabytes = await residentMegabytes(tenant.pid ?? 0);
    const startedAtOnce = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, login));
    const atOnce = (performance.now() - startedAtOnce) / 1000;
    return {
      logins,
      perSecond: logins / sequential,
      perSecondAtOnce: AT_ONCE / atOnce,
      residentMegabytes: { early: earlyMegabytes, late: lateMegabytes },
    };
  } finally {
    await stop(tenant);
  }
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}
