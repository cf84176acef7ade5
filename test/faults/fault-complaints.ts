import type { Fault } from './fault-proxy.ts';

/** What became of a deploy that was disturbed. */
export interface DisturbedDeploy {
  readonly kind: Fault;
  /** The request that got the fault; `undefined` when none did. */
  readonly request: string | undefined;
  /** The signal that ended the deploy's process, for a kill. */
  readonly endedBy: string | null | undefined;
  readonly tenant: 'before' | 'after' | 'neither';
  /** Codes of what the deploy reported; none when it succeeded. */
  readonly codes: readonly string[];
  /** The same of the next command, where one had to find the journal; `undefined` where none had to. */
  readonly nextCodes: readonly string[] | undefined;
  /** Whether a plan afterwards is empty. */
  readonly planIsEmpty: boolean;
}

/** A deploy without a fault, after one that was put back. */
export interface DeployAgain {
  readonly tenant: 'before' | 'after' | 'neither';
  readonly codes: readonly string[];
  readonly planIsEmpty: boolean;
}

/** What is wrong; empty when the deploy did no harm, and what was to disturb it did. */
export function complaintsAbout(
  { kind, request, endedBy, tenant, codes, nextCodes, planIsEmpty }: DisturbedDeploy,
  again?: DeployAgain,
): readonly string[] {
  const found: readonly (readonly [boolean, string])[] = [
    [request === undefined, 'the fault did not fire'],
    [isKill(kind) && endedBy !== 'SIGKILL', 'the deploy was not killed'],
    [tenant === 'neither', 'neither before nor after'],
    [tenant === 'after' && !planIsEmpty, 'a second deploy would send something'],
    [tenant === 'after' && codes.includes('DEPLOY_PUT_BACK'), 'said put back, is not'],
    [tenant === 'before' && codes.length === 0 && !isKill(kind), 'said done, is not'],
    [codes.includes('DEFECT'), `threw something that is no problem: ${codes.join(', ')}`],
    [
      nextCodes !== undefined && nextCodes.length > 0,
      `the next command failed: ${(nextCodes ?? []).join(', ')}`,
    ],
    ...(again === undefined
      ? []
      : ([
          [again.codes.length > 0, `cannot be deployed again: ${again.codes.join(', ')}`],
          [again.tenant !== 'after', 'deployed again, is not as after'],
          [!again.planIsEmpty, 'deployed again, would still send something'],
        ] as const)),
  ];
  return found.filter(([isWrong]) => isWrong).map(([, complaint]) => complaint);
}

export const isKill = (kind: Fault): boolean => kind.startsWith('kill');
