import { Argument } from 'commander';
import { Problems, problemsIn } from './base/problem.ts';
import type { Problem } from './base/problem.ts';
import { block, safe } from './base/safe-text.ts';
import type { SafeText } from './base/safe-text.ts';
import { STEPS } from './check/steps.ts';
import type { Step } from './check/steps.ts';
import { commandLine } from './command/command-line.ts';
import { print } from './command/print.ts';
import { runCommand, seconds } from './command/run-command.ts';
import type { Progress } from './command/progress.ts';

commandLine('check')
  .description(
    'Checks everything that can be checked without a tenant: what is sent, generated files, types, lint and format. All that is wrong is told at once.',
  )
  .addArgument(new Argument('[steps...]', 'these alone').choices(STEPS.map(({ name }) => name)))
  .option('--all', 'what has not changed since it last passed, too; CI does', 'CI' in process.env)
  .action((names: readonly string[], { all }: { readonly all: boolean }) => {
    void runCommand(async (progress) => {
      const steps = STEPS.filter(({ name }) => names.length === 0 || names.includes(name));
      const found = await Promise.all(steps.map((step) => problemsOf(step, all, progress)));
      // What two steps need fails both in the same way.
      const problems = new Map(
        found.flat().map((problem) => [`${problem.code} ${problem.message}`, problem]),
      );
      Problems.throwIfAny([...problems.values()]);
    });
  })
  .parse();

async function problemsOf(
  { what, run }: Step,
  all: boolean,
  progress: Progress,
): Promise<readonly Problem[]> {
  const say = (said: SafeText): void => {
    const waiting = progress.waitFor(undefined);
    print(said);
    progress.waitFor(waiting);
  };
  progress.waitFor('checking');
  const started = performance.now();
  try {
    const isDone = await run((said) => {
      if (said.trim() !== '') say(block(said));
    }, all);
    say(safe`ok  ${what}  ${isDone ? seconds(performance.now() - started) : 'unchanged'}`);
    return [];
  } catch (error) {
    const problems = problemsIn(error);
    if (problems.length === 0) throw error;
    return problems;
  }
}
