import { Command } from 'commander';
import { nearest } from '../base/nearest.ts';
import { printProblem } from './run-command.ts';
import { Problem } from '../base/problem.ts';

/**
 * The options of `npm run VERB`, to which the command adds its own. What somebody writes wrong is a problem like any other, and
 * ends the command with exit code 1 before it does anything.
 */
export function commandLine(verb: string): Command {
  const command = new Command(`npm run ${verb} --`).showSuggestionAfterError(false);
  return command.configureOutput({
    outputError: (said) => {
      const options = command.options.flatMap(({ long }) => long ?? []);
      printProblem(usageProblem(verb, said, [...options, '--help']));
    },
  });
}

/**
 * @param said By commander: it has codes for such errors, but not what they are about.
 * @param options All that the command takes, as `--name`.
 * @returns {Problem} `OPTION_INVALID`.
 */
export function usageProblem(verb: string, said: string, options: readonly string[]): Problem {
  // A value behind = may be anything, a secret too.
  const message = said
    .trim()
    .replace(/^error: /, '')
    .replace(/^(unknown option '[^=']+)=.*'$/s, "$1'");
  const [, written] = /option '([^\s',]+)/.exec(message) ?? [];
  const suggestion =
    written?.startsWith('--') === true && !options.includes(written) ? nearest(written, options) : undefined;
  return new Problem({
    code: 'OPTION_INVALID',
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    place: { of: `npm run ${verb}`, ...(written === undefined ? {} : { option: written }) },
    remedy: [
      ...(suggestion === undefined ? [] : [`Write ${suggestion} if that is what you mean;`]),
      `\`npm run ${verb} -- --help\` lists the options.`,
    ].join(' '),
  });
}
