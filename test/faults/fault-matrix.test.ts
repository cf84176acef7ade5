import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/project.ts';
import { tenantFolders } from '../apply/tenant-folders.ts';
import type { TenantFolders } from '../apply/tenant-folders.ts';
import { FAULTS, FAULTS_OF_WRITES } from './fault-proxy.ts';
import type { Fault } from './fault-proxy.ts';
import { matrixDocument } from './fault-document.ts';
import type { MatrixRow } from './fault-document.ts';
import { faultBench } from './fault-run.ts';
import { SCENARIOS } from './scenarios.ts';

/** `npm run test:faults` runs every fault at every request and writes docs/fault-matrix.md; `npm test` runs a sample. */
const WHOLE = process.env['FAULT_MATRIX'] === 'whole';

const isWrite = (request: string): boolean => !request.startsWith('GET ');

/** At which requests the sample meets which fault: the nearest one from here on that writes. */
const SAMPLE: Readonly<Record<(typeof SCENARIOS)[number]['name'], readonly (readonly [Fault, RegExp])[]>> = {
  'first deploy': [
    ['answer lost', /^POST \/api\/v2\/clients$/],
    ['kill after the write', /\/deploy$/],
    ['400', /\/connections\/\w+\/clients$/],
  ],
  'change of everything': [
    ['dropped', /\/bindings$/],
    ['silence', /^PATCH \/api\/v2\/actions\/actions\//],
    ['answer lost', /^PATCH \/api\/v2\/connections\/\w+$/],
  ],
  'update of secrets': [
    ['kill', /\/deploy$/],
    ['answer lost', /^PATCH \/api\/v2\/connections\/\w+$/],
  ],
};

let folders: TenantFolders;
beforeAll(async () => {
  folders = await tenantFolders();
});
afterAll(() => {
  folders.remove();
});

describe.concurrent.each(SCENARIOS)('a fault during $name', (scenario) => {
  test.skipIf(WHOLE)(
    'leaves the tenant as before or as after, other teams included (sample)',
    async ({ expect }) => {
      const bench = await faultBench(scenario, folders);
      try {
        for (const [kind, pattern] of SAMPLE[scenario.name]) {
          const at = bench.requests.findIndex((request) => isWrite(request) && pattern.test(request)) + 1;
          expect(at, `${scenario.name} makes no request like ${String(pattern)}`).toBeGreaterThan(0);
          const { complaints, request } = await bench.run(kind, at);
          expect(complaints, `${kind} at ${at} (${request ?? 'none'})`).toEqual([]);
        }
      } finally {
        await bench.close();
      }
    },
    120_000,
  );
});

test.runIf(WHOLE)(
  'every fault at every request leaves the tenant as before or as after, other teams included',
  async () => {
    const tables = await Promise.all(
      SCENARIOS.map(async (scenario) => {
        const bench = await faultBench(scenario, folders);
        const rows: MatrixRow[] = [];
        for (const [index, request] of bench.requests.entries()) {
          const faults: readonly Fault[] = isWrite(request) ? [...FAULTS, ...FAULTS_OF_WRITES] : FAULTS;
          const cells = new Map<Fault, string>();
          for (const fault of faults) {
            const { tenant, complaints } = await bench.run(fault, index + 1);
            cells.set(fault, complaints.length === 0 ? tenant : `**${complaints.join('; ')}**`);
          }
          rows.push({ request, cells });
          // It takes half an hour: whoever waits sees where it is, and what is wrong already.
          const bad = [...cells].filter(([, cell]) => cell.startsWith('**'));
          console.log(
            `${scenario.name} ${index + 1}/${bench.requests.length}`,
            ...bad.map(([fault, cell]) => `${fault}: ${cell}`),
          );
        }
        await bench.close();
        return { scenario: scenario.name, rows };
      }),
    );
    const file = join(PROJECT_ROOT, 'docs/fault-matrix.md');
    const style = { ...(await resolveConfig(file)), filepath: file };
    writeFileSync(file, await format(matrixDocument(tables), style));
    const bad = tables.flatMap(({ scenario, rows }) =>
      rows.flatMap(({ request, cells }) =>
        [...cells]
          .filter(([, cell]) => cell.startsWith('**'))
          .map(([fault, cell]) => `${scenario}: ${fault} at ${request}: ${cell}`),
      ),
    );
    expect(bad).toEqual([]);
  },
  4 * 3_600_000,
);
