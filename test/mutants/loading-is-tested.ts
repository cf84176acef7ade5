import { test } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';

/** StrykerJS counts tests that fail. A file that a mutant keeps from being loaded has none, unless that is one. */
export default class LoadingIsTested extends VitestTestRunner {
  override async importFile(file: string, source: 'collect' | 'setup'): Promise<unknown> {
    try {
      return await super.importFile(file, source);
    } catch (error) {
      if (source === 'setup') throw error;
      test('is loaded', () => {
        throw error;
      });
      return undefined;
    }
  }
}
