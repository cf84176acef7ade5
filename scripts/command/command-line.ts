import { Command, Help } from 'commander';
import type { Option } from 'commander';
import { nearest } from '../base/nearest.ts';
import { print, printAside } from './print.ts';
import { printProblem } from './run-command.ts';
import { Problem } from '../base/problem.ts';
import { asShellWord, block } from '../base/safe-text.ts';

/**
 * The options of `npm run VERB`, to which the command adds its own. What somebody writes wrong is a problem like any other, and
 * ends the command with exit code 1 before it does anything.
 */
export function commandLine(verb: string): Command {
  const command = new Command(`npm run ${verb} --`).showSuggestionAfterError(false);
  const kept = (): Problem | undefined => {
    const isGiven = (option: Option, value: string): boolean =>
      command.getOptionValueSource(option.attributeName()) === 'cli' &&
      (takesNoValue(option) || String(command.getOptionValue(option.attributeName())) === value);
    return keptByNpm(verb, command.options, isGiven);
  };
  return command
    .configureHelp({
      // Whoever leaves a switch out knows that it is off.
      optionDescription: (option) =>
        option.defaultValue === false ? option.description : new Help().optionDescription(option),
    })
    .configureOutput({
      writeOut: (said) => {
        print(block(said, ''));
      },
      writeErr: (said) => {
        printAside(block(said, ''));
      },
      outputError: (said) => {
        const options = command.options.flatMap(({ long }) => long ?? []);
        printProblem(kept() ?? usageProblem(verb, said, [...options, '--help']));
      },
    })
    .hook('preAction', () => {
      // It ends the command, and what is printed is said above.
      if (kept() !== undefined) command.error('');
    });
}

const takesNoValue = ({ required, optional }: Option): boolean => !required && !optional;

/** npm takes a name for the one setting of its own that begins like it. */
const TAKEN_FOR: Readonly<Record<string, string>> = { to: 'token_description' };

/**
 * Without `--` between, npm takes options for its own settings: it hands them on in variables, and the command would run without
 * them, on another tenant for one.
 *
 * @param options All that the command takes.
 * @param isGiven Whether the command was given an option as well, with this value: then nothing is lost.
 * @param parameters What npm let through. Default: those of this process.
 * @returns {Problem} `OPTION_KEPT_BY_NPM`, with the line to write; `undefined` where npm kept none.
 * @see https://docs.npmjs.com/cli/v11/commands/npm-run
 */
export function keptByNpm(
  verb: string,
  options: readonly Option[],
  isGiven: (option: Option, value: string) => boolean,
  environment: NodeJS.ProcessEnv = process.env,
  parameters: readonly string[] = process.argv.slice(2),
): Problem | undefined {
  // A command that something else runs, such as a test, has the settings of that.
  if (environment['npm_lifecycle_event'] !== verb) return undefined;
  const kept = options.flatMap((option) => {
    const name = (option.long ?? '').replace(/^--(no-)?/, '').replaceAll('-', '_');
    const value = [name, TAKEN_FOR[name] ?? name]
      .map((setting) => environment[`npm_config_${setting}`])
      .find((each) => each !== undefined);
    return value === undefined || !isByOption(option, value) || isGiven(option, value)
      ? []
      : [{ option, value }];
  });
  if (kept.length === 0) return undefined;
  const names = kept.map(({ option }) => option.long ?? '').join(', ');
  return new Problem({
    code: 'OPTION_KEPT_BY_NPM',
    message: `npm kept ${names} for itself: the command would run without ${kept.length === 1 ? 'it' : 'them'}. Nothing was done.`,
    place: { of: `npm run ${verb}`, option: names },
    remedy: `Write -- before the options: npm run ${verb} -- ${lineWith(kept, parameters)}`,
  });
}

/** A browser that is named in `.npmrc` is no `--no-browser`, and npm has an empty `yes` when nobody said so. */
function isByOption(option: Option, value: string): boolean {
  if (option.negate) return ['', 'true', 'false'].includes(value);
  return !takesNoValue(option) || value === 'true';
}

/** The options as they were meant. `--port 0` comes as `--port`, and the 0 as a word of its own. */
function lineWith(
  kept: readonly { readonly option: Option; readonly value: string }[],
  parameters: readonly string[],
): string {
  const isCut = ({ option, value }: (typeof kept)[number]): boolean =>
    !takesNoValue(option) && value === 'true';
  const cut = kept.filter(isCut);
  const whole = kept
    .filter((each) => !isCut(each))
    .map(({ option, value }) =>
      takesNoValue(option) ? option.long : `${option.long ?? ''}=${asShellWord(value)}`,
    );
  // Which word belongs to which of several, npm does not say.
  const last =
    cut.length === 1 ? [cut[0]?.option.long] : cut.map(({ option }) => option.flags.replace(/^-\w, /, ''));
  const rest = cut.length > 1 ? parameters.filter((word) => word.startsWith('-')) : parameters;
  return [...whole, ...last, ...rest.map(asShellWord)].join(' ');
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
