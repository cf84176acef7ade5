import { recordOf } from '../base/json-values.ts';
import { shapeOf, differencesOf } from './answer-shape.ts';
import type { Shape } from './answer-shape.ts';
import { PREFIX } from './promises.ts';
import type { Asked, Proof, ProofNames } from './promises.ts';

/** Something in which a tenant is not what the local tenant says that it is. */
export interface ProofDifference {
  readonly promise: string;
  readonly request: string;
  /** Path in the answer; `status` for its status. */
  readonly field: string;
  readonly tenant: string;
  readonly local: string;
}

/** A run on one tenant. */
export interface ProofSide {
  readonly proof: Proof;
  readonly names: ProofNames;
  readonly domain: string;
}

/** What differs between a tenant and the local one, answer by answer. */
export function compareProofs(tenant: ProofSide, local: ProofSide): readonly ProofDifference[] {
  const ours = sentBy(tenant);
  const theirs = sentBy(local);
  const count = Math.max(tenant.proof.asked.length, local.proof.asked.length);
  return Array.from({ length: count }).flatMap((_, index): readonly ProofDifference[] => {
    const [here, there] = [tenant.proof.asked[index], local.proof.asked[index]];
    const { promise, request } = here ?? there ?? { promise: '', request: '' };
    return differencesOf(answerShape(here, ours), answerShape(there, theirs)).map((found) => ({
      promise,
      request,
      field: found.path,
      tenant: inWords(found.here),
      local: inWords(found.there),
    }));
  });
}

/** Every value that was sent, by what stands for it in a comparison: the same without what is this run's alone. */
function sentBy({ names: { name, secret }, domain, proof }: ProofSide): ReadonlyMap<string, string> {
  const values = new Set([name, domain]);
  const told = new Set<string>();
  for (const { sent, answer } of proof.asked) {
    // An id that the tenant gave is sent too, and is the tenant's.
    for (const value of valuesIn(sent)) if (!told.has(value)) values.add(value);
    for (const value of valuesIn(answer.body)) if (!values.has(value)) told.add(value);
  }
  const plain = (value: string): string =>
    value
      .replaceAll(secret, 'the secret that was sent')
      .replaceAll(name, `${PREFIX}…`)
      .replaceAll(domain, 'the tenant');
  return new Map([...values].map((value) => [value, plain(value)]));
}

function valuesIn(value: unknown): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(recordOf(value));
  return items.flatMap(valuesIn);
}

const answerShape = (asked: Asked | undefined, sent: ReadonlyMap<string, string>): Shape =>
  asked === undefined
    ? '(not asked)'
    : { status: String(asked.answer.status), body: shapeOf(asked.answer.body, sent) };

const inWords = (shape: Shape | undefined): string =>
  shape === undefined ? 'not there' : typeof shape === 'string' ? shape : JSON.stringify(shape);

/** The report, as Markdown that can be attached to an issue. */
export function proofReport(tenant: ProofSide, differences: readonly ProofDifference[]): string {
  const { asked, remaining } = tenant.proof;
  const promises = [...new Set(asked.map(({ promise }) => promise))];
  const lines = [
    '# What a tenant answers, and what the local tenant says that it answers',
    '',
    `${asked.length} requests for ${promises.length} promises. ${
      differences.length === 0 ? 'No difference.' : `${differences.length} differences.`
    } Ids, names, times and secrets are left out.`,
    ...(remaining.length === 0
      ? []
      : [
          '',
          'Could not be removed, and is to be removed by hand:',
          '',
          ...remaining.map((what) => `- ${what}`),
        ]),
  ];
  const tables = promises.flatMap((promise) => {
    const found = differences.filter((difference) => difference.promise === promise);
    if (found.length === 0) return [];
    return [
      '',
      `## ${promise}`,
      '',
      '| request | field | tenant | local tenant |',
      '| --- | --- | --- | --- |',
      ...found.map((one) => `| ${[one.request, one.field, one.tenant, one.local].map(cell).join(' | ')} |`),
    ];
  });
  const same = promises.filter(
    (promise) => !differences.some((difference) => difference.promise === promise),
  );
  return [
    ...lines,
    ...tables,
    '',
    '## As the local tenant says',
    '',
    ...same.map((promise) => `- ${promise}`),
    '',
  ].join('\n');
}

/** Code, so that nothing in an answer is Markdown. */
const cell = (text: string): string => `\`${text.replaceAll(/[`|\r\n]/g, ' ').slice(0, 300)}\``;
