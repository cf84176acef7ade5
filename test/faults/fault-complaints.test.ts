import { expect, test } from 'vitest';
import { complaintsAbout } from './fault-complaints.ts';
import type { DeployAgain, DisturbedDeploy } from './fault-complaints.ts';

const PUT_BACK: DisturbedDeploy = {
  kind: '400',
  request: 'POST /api/v2/clients',
  endedBy: undefined,
  tenant: 'before',
  codes: ['DEPLOY_CLI_FAILED', 'DEPLOY_PUT_BACK'],
  nextCodes: undefined,
  planIsEmpty: false,
};
const KILLED: DisturbedDeploy = {
  ...PUT_BACK,
  kind: 'kill',
  endedBy: 'SIGKILL',
  codes: [],
  nextCodes: [],
};
const COMPLETE: DisturbedDeploy = { ...PUT_BACK, tenant: 'after', codes: [], planIsEmpty: true };
const AGAIN: DeployAgain = { tenant: 'after', codes: [], planIsEmpty: true };

test.each([
  ['was put back', PUT_BACK],
  ['was killed, and undone by the next command', KILLED],
  ['is complete all the same', COMPLETE],
])(
  'there is nothing to complain about a disturbed deploy that %s, and can be deployed again',
  (_what, run) => {
    expect(complaintsAbout(run)).toEqual([]);
    expect(complaintsAbout(run, AGAIN)).toEqual([]);
  },
);

test.each<[Partial<DisturbedDeploy>, DisturbedDeploy, string]>([
  [{ request: undefined }, PUT_BACK, 'the fault did not fire'],
  [{ request: undefined }, COMPLETE, 'the fault did not fire'],
  [{ endedBy: null }, KILLED, 'the deploy was not killed'],
  [{ endedBy: 'SIGTERM' }, KILLED, 'the deploy was not killed'],
  [{ tenant: 'neither' }, PUT_BACK, 'neither before nor after'],
  [{ planIsEmpty: false }, COMPLETE, 'a second deploy would send something'],
  [{ codes: ['DEPLOY_PUT_BACK'] }, COMPLETE, 'said put back, is not'],
  [{ codes: [] }, PUT_BACK, 'said done, is not'],
  [{ codes: ['DEFECT', 'x'] }, PUT_BACK, 'threw something that is no problem: DEFECT, x'],
  [{ nextCodes: ['PUT_BACK_INCOMPLETE'] }, KILLED, 'the next command failed: PUT_BACK_INCOMPLETE'],
])('%j is a complaint', (change, run, complaint) => {
  expect(complaintsAbout({ ...run, ...change })).toEqual([complaint]);
});

test.each<[Partial<DeployAgain>, string]>([
  [{ codes: ['READ_BACK_DIFFERS'] }, 'cannot be deployed again: READ_BACK_DIFFERS'],
  [{ tenant: 'before' }, 'deployed again, is not as after'],
  [{ planIsEmpty: false }, 'deployed again, would still send something'],
])('%j of a second deploy is a complaint', (change, complaint) => {
  expect(complaintsAbout(PUT_BACK, { ...AGAIN, ...change })).toEqual([complaint]);
});
