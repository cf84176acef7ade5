// @module-tag long
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import type { TenantFolders } from '../deploy/tenant-folders.ts';
import { FAULTS, FAULTS_OF_WRITES } from './fault-proxy.ts';
import type { Fault } from './fault-proxy.ts';
import { matrixDocument } from './fault-document.ts';
import type { MatrixRow } from './fault-document.ts';
import { faultBench } from './fault-run.ts';
import type { FaultBench } from './fault-run.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

/** `npm run test:faults` runs every fault at every request and writes docs/fault-matrix.md; `npm test` runs a sample. */
const WHOLE = process.env['FAULT_MATRIX'] === 'whole';

/** Nothing here says how fast a machine has to be. */
const PATIENCE_MILLISECONDS = 600_000;

const isOfAnyRequest = (fault: Fault): boolean => FAULTS.some((kind) => kind === fault);
const isWrite = (request: string): boolean => !request.startsWith('GET ');

/** A fault at the first request like this, or at the last one of a deploy that nothing disturbs. */
type Sampled = readonly [Fault, RegExp, 'first' | 'last'];

const ANY_ACTION = /^PATCH \/api\/v2\/actions\/actions\/[^/]+$/;
const DEPLOYED_ACTION = /^POST .*\/deploy$/;
const AN_APPLICATION = /^PATCH \/api\/v2\/clients\/\w+$/;
const BINDINGS = /^PATCH .*\/bindings$/;
const THE_CONNECTION = /^PATCH \/api\/v2\/connections\/\w+$/;
const AN_ORGANIZATION = /^PATCH \/api\/v2\/organizations\/\w+$/;
const ITS_CONNECTIONS = /^(?:POST|PATCH) \/api\/v2\/organizations\/\w+\/connections/;
const ITS_APPLICATIONS = /^PATCH \/api\/v2\/connections\/\w+\/clients$/;

/** Each kind of fault once. */
const SAMPLE: Readonly<Partial<Record<Scenario['name'], readonly Sampled[]>>> = {
  'first deploy': [
    ['500', /^POST \/api\/v2\/resource-servers$/, 'first'],
    ['dropped', BINDINGS, 'first'],
    ['outage', DEPLOYED_ACTION, 'last'],
    ['400', ITS_APPLICATIONS, 'first'],
  ],
  'change of everything': [
    ['429', ANY_ACTION, 'first'],
    ['silence', ANY_ACTION, 'last'],
    ['answer lost', THE_CONNECTION, 'last'],
  ],
  'update of secrets': [
    ['kill', DEPLOYED_ACTION, 'first'],
    ['silence after the write', ANY_ACTION, 'first'],
    ['error after the write', DEPLOYED_ACTION, 'last'],
    ['kill after the write', THE_CONNECTION, 'last'],
  ],
  'change of organizations': [
    ['error after the write', AN_ORGANIZATION, 'first'],
    ['kill after the write', ITS_CONNECTIONS, 'last'],
  ],
  'update of secrets, hidden': [
    ['answer lost', THE_CONNECTION, 'last'],
    ['kill after the write', THE_CONNECTION, 'last'],
  ],
  'change of the Didit application': [['error after the write', THE_CONNECTION, 'last']],
  'change of the Didit application, hidden': [['kill', THE_CONNECTION, 'last']],
  // Between the two names, each time.
  'two other names': [
    ['kill after the write', ANY_ACTION, 'first'],
    ['kill', AN_APPLICATION, 'first'],
    ['answer lost', AN_APPLICATION, 'first'],
  ],
};

let folders: TenantFolders;
beforeAll(() => {
  folders = tenantFolders();
});
afterAll(() => {
  folders.remove();
});

describe.skipIf(WHOLE)('the sample', () => {
  test('has every kind of fault', () => {
    const kinds = Object.values(SAMPLE).flatMap((sampled) => sampled.map(([kind]) => kind));
    expect(new Set(kinds)).toEqual(new Set([...FAULTS, ...FAULTS_OF_WRITES]));
  });
});

describe.skipIf(WHOLE).concurrent.each(SCENARIOS.filter(({ name }) => name in SAMPLE))(
  'a fault during $name',
  (scenario) => {
    let bench: FaultBench;
    beforeAll(async () => {
      bench = await faultBench(scenario, folders);
      return async () => {
        await bench.close();
      };
    }, PATIENCE_MILLISECONDS);

    test.each(SAMPLE[scenario.name] ?? [])(
      '(%s at %s, the %s one) leaves the tenant as before or as after, other teams included; deployed again, it is as after',
      { concurrent: false, timeout: PATIENCE_MILLISECONDS },
      async (kind, matching, which) => {
        const at = which === 'first' ? 1 : bench.requests.filter((request) => matching.test(request)).length;
        const { complaints, request } = await bench.run(kind, { matching, at }, true);
        expect(complaints).toEqual([]);
        expect(request).toMatch(matching);
      },
    );

    test.runIf(scenario.name === 'first deploy')(
      'that does not come is a complaint: such a run proves nothing',
      { concurrent: false, timeout: PATIENCE_MILLISECONDS },
      async () => {
        const { complaints } = await bench.run('400', { at: bench.requests.length + 1_000 }, true);
        expect(complaints).toEqual(['the fault did not fire']);
      },
    );
  },
);
test.runIf(WHOLE)(
  'every fault at every request leaves the tenant as before or as after, other teams included',
  async () => {
    const tables = await Promise.all(
      SCENARIOS.map(async (scenario) => {
        const bench = await faultBench(scenario, folders);
        const rows: MatrixRow[] = [];
        for (const [index, request] of bench.requests.entries()) {
          if (scenario.disturbed === 'writes' && !isWrite(request)) continue;
          const faults: readonly Fault[] = isWrite(request) ? [...FAULTS, ...FAULTS_OF_WRITES] : FAULTS;
          const cells = new Map<Fault, string>();
          for (const fault of faults) {
            const again = isWrite(request) && isOfAnyRequest(fault);
            const { tenant, complaints } = await bench.run(fault, { at: index + 1 }, again);
            cells.set(fault, complaints.length === 0 ? tenant : `**${complaints.join('; ')}**`);
          }
          rows.push({ number: index + 1, request, cells });
          // It takes an hour: whoever waits sees where it is, and what is wrong already.
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
