import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { namedHosts } from '../../scripts/bundle/named-hosts.ts';
import { readSourceFacts } from '../../scripts/bundle/source-facts.ts';

const around =
  (before: string, after: string, middle = '1') =>
  (levels: number): string =>
    `${before.repeat(levels)}${middle}${after.repeat(levels)}`;

const SHAPES: readonly (readonly [what: string, code: (levels: number) => string])[] = [
  ['templates', around('`a${', '}`')],
  ['brackets', around('(', ')')],
  ['lists', around('[', ']')],
  ['objects', around('({a:', '})')],
  ['calls', around('f(', ')')],
  ['functions', around('function f(){', '}')],
  ['arrows', around('a=>', '')],
  ['classes', around('(class{a=', '})')],
  ['blocks', around('{', '}')],
  ['signs', around('!', '')],
  ['sums', around('"a"+', '')],
  ['powers', around('2**', '')],
  ['choices', around('a?1:', '')],
  ['assignments', around('a=', '')],
  ['patterns', around('[', ']=[]', 'a')],
  ['conditions', around('if(a){}else ', '', '{}')],
  ['loops', around('for(;;)', '', '{}')],
];

describe('code that is nested in itself', () => {
  test.each(SHAPES)('is read, as deep as people write it: %s', (_what, code) => {
    expect(readSourceFacts(code(60)).kind).toBe('read');
    expect(namedHosts(`${code(60)};fetch("https://host.example/")`)).toContain('host.example');
  });

  test.each(SHAPES)(
    'is a fault, and no more than that, where it is deeper than anybody reads: %s',
    (_what, code) => {
      for (const levels of [2_000, 50_000]) {
        expect(readSourceFacts(code(levels)).kind).toBe('fault');
        expect(namedHosts(code(levels))).toBeNull();
      }
    },
  );

  // In a process of its own, where nothing has needed the parser yet: there it ended the process, and no error was told.
  test('does not end the process', () => {
    const module = new URL('../../scripts/bundle/source-facts.ts', import.meta.url).href;
    const script = `
      const { readSourceFacts } = await import(${JSON.stringify(module)});
      const templates = '\`a\${'.repeat(700) + '1' + '}\`'.repeat(700);
      const conditions = 'if(a){}else '.repeat(30_000) + '{}';
      console.log([templates, conditions].map((code) => readSourceFacts(code).kind).join());
    `;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect({ stdout, status }).toEqual({ stdout: 'fault,fault\n', status: 0 });
  });
});
