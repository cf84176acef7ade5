import type { ChildProcess } from 'node:child_process';
import { firstLine } from '../../scripts/bench/first-line.ts';

/** What `npm run tenant -- --json` promises to scripts. */
export interface TenantLine {
  readonly url: string;
  readonly caFile: string;
  /** Opens the console in one browser, once. */
  readonly console: string;
  readonly management: { readonly clientId: string; readonly clientSecret: string };
  readonly application: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly callback: string;
  };
}

export const tenantLine = async (tenant: ChildProcess): Promise<TenantLine> =>
  JSON.parse(await firstLine(tenant)) as TenantLine;
