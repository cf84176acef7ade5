import { nearest } from './nearest.ts';
import { Problem } from './problem.ts';

const IN_WORDS = {
  application: 'application',
  connection: 'connection',
  organization: 'organization',
  via: 'way to sign in',
};

/** What a person chose by an option, and what there is to choose from. */
export interface UnknownChoice {
  /** `npm run` of it. */
  readonly command: string;
  /** Of the tenant: the option is called after it. */
  readonly what: keyof typeof IN_WORDS;
  readonly wanted: string;
  readonly known: readonly string[];
  /** More about what it has to be, as the end of a sentence. Default: nothing. */
  readonly why?: string;
}

/** @returns {Problem} `CHOICE_UNKNOWN`, with the name that was most likely meant, or those that there are. */
export function choiceUnknown({ command, what, wanted, known, why = '' }: UnknownChoice): Problem {
  const suggestion = nearest(wanted, known);
  return new Problem({
    code: 'CHOICE_UNKNOWN',
    message: `The tenant has no ${IN_WORDS[what]} "${wanted}"${why}.`,
    place: { of: `npm run ${command}`, option: `--${what}` },
    remedy:
      suggestion !== undefined
        ? `Write "${suggestion}" if that is what you mean.`
        : known.length === 0
          ? `Leave --${what} out: there is none.`
          : `Use one of: ${known.join(', ')}.`,
  });
}
