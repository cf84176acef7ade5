import { startVitest } from 'vitest/node';
import { commandLine } from './command/command-line.ts';

commandLine('test:faults')
  .description(
    'Fails every request of a deploy in every way, and writes what became of it to docs/fault-matrix.md. Takes about an hour; `npm test` runs a sample.',
  )
  .action(async () => {
    process.env['FAULT_MATRIX'] = 'whole';
    await startVitest('test', ['test/faults'], { watch: false });
  })
  .parse();
