import createSpinner from 'yocto-spinner';
import { looksAtErrors, print } from './print.ts';
import { safe } from '../base/safe-text.ts';
import { STOP_SIGNALS } from '../base/stop-signals.ts';

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

/** Seconds after which it says for how long it has been waiting. */
const LONG_SECONDS = 5;

export function startProgress(elsewhere: ProgressElsewhere): Progress {
  const moves = looksAtErrors() && process.env['TERM'] !== 'dumb' && !('CI' in process.env);
  const show = moves ? showMoving() : elsewhere === 'lines' ? showLine : () => undefined;
  let current: string | undefined;
  return {
    waitFor: (what) => {
      const before = current;
      current = what;
      if (what !== before) show(what);
      return before;
    },
  };
}

function showLine(what: string | undefined): void {
  if (what !== undefined) print(safe`  ${what}`);
}

function showMoving(): (what: string | undefined) => void {
  // Its own handling of signals would end the process; a deploy that is stopped puts back what it did.
  const spinner = createSpinner({ handleSignals: false });
  let counting: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(counting);
    spinner.stop();
  };
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      stop();
      // Nobody else has a use for it: it ends the command, as it would have without us, and the cursor is back.
      if (process.listenerCount(signal) === 1) process.exit(1);
    });
  }
  return (what) => {
    clearInterval(counting);
    if (what === undefined) {
      stop();
      return;
    }
    const said = safe`${what}`.text;
    if (spinner.isSpinning) spinner.text = said;
    else spinner.start(said);
    const started = performance.now();
    counting = setInterval(() => {
      const seconds = Math.floor((performance.now() - started) / 1000);
      if (seconds >= LONG_SECONDS) spinner.text = `${said} (${seconds} s)`;
    }, 1000);
  };
}
