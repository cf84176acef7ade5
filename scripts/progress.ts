import createSpinner from 'yocto-spinner';

/** Says what a command is doing while nothing else is printed. */
export interface Progress {
  /**
   * On a terminal it moves until something else is said; elsewhere it is a line, where the command has lines.
   *
   * @param what `undefined` for nothing: before somebody is asked something, and at the end.
   * @returns What was said before.
   */
  waitFor(what: string | undefined): string | undefined;
}

/** Where nobody looks at a terminal: `lines` for people who read a log, `silent` for programs. */
export type ProgressElsewhere = 'lines' | 'silent';

export function startProgress(elsewhere: ProgressElsewhere): Progress {
  // Ctrl-C has a meaning of its own here: a deploy puts back what it did. The spinner must not end the process.
  const spinner = createSpinner({ handleSignals: false });
  const moves = process.stderr.isTTY && process.env['TERM'] !== 'dumb' && !('CI' in process.env);
  let current: string | undefined;
  return {
    waitFor: (what) => {
      const before = current;
      current = what;
      if (what === before) return before;
      if (!moves) {
        if (what !== undefined && elsewhere === 'lines') console.log(`  ${what}`);
      } else if (what === undefined) spinner.stop();
      else if (spinner.isSpinning) spinner.text = what;
      else spinner.start(what);
      return before;
    },
  };
}
