import { diskErrorNamed } from '../base/disk-error.ts';
import { Problem } from '../base/problem.ts';

/**
 * `RUNNER_UNUSABLE`: Actions were not run, or not to their end, and it is the machine that did not let them.
 *
 * @param what A sentence without its end.
 * @param reason Name of the system's error, such as `EMFILE`, or another word for it; empty where nothing is known.
 */
export function machineFailure(what: string, reason: string): Problem {
  const known = /^E[A-Z]+$/.test(reason) ? diskErrorNamed(reason) : undefined;
  const because = known?.reason ?? reason;
  return new Problem({
    code: 'RUNNER_UNUSABLE',
    message: `${what}${because === '' ? '' : `: ${because}`}.`,
    ...(known === undefined ? {} : { remedy: known.remedy }),
  });
}
