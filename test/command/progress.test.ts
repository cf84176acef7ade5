import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProgress } from '../../scripts/command/progress.ts';

// Where tests run, nobody looks at a terminal.
describe('progress where there is no terminal', () => {
  const lines: unknown[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.stubEnv('CI', 'true');
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text).replace(/\n$/, ''));
      return true;
    });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  test('is one line for each thing, for people who read a log', () => {
    const progress = startProgress('lines');
    for (const what of ['connecting', 'connecting', 'reading', undefined, 'reading']) progress.waitFor(what);
    expect(lines).toEqual(['  connecting', '  reading', '  reading']);
  });

  test('is nothing where a program reads', () => {
    startProgress('silent').waitFor('connecting');
    expect(lines).toEqual([]);
  });

  test('tells what was said before, so that a wait in between can go back to it', () => {
    const progress = startProgress('silent');
    expect(progress.waitFor('reading')).toBeUndefined();
    expect(progress.waitFor('waiting')).toBe('reading');
    expect(progress.waitFor(undefined)).toBe('waiting');
  });
});
