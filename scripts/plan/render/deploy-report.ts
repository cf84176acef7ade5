import type { CanaryRun } from '../../deploy/canary.ts';
import type { DeployResult, PreparedDeploy } from '../../deploy/prepare-deploy.ts';
import { makesSomething } from '../../tenant-model/changes.ts';
import { missingScopes, notLookedAtLine } from '../../tenant-access/granted-scopes.ts';
import type { FoundDeploy } from '../../undo/interrupted-deploy.ts';
import { previewDeploy } from './preview.ts';
import { ORGANIZATION_PUT_BACK_SCOPES, PUT_BACK_SCOPES } from '../../tenant-access/required-scopes.ts';
import { joined, safe } from '../../base/safe-text.ts';
import { dim, print } from '../../command/print.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';

/** What became of an earlier deploy that did not end. */
export function printInterrupted({ startedAt, outcome, done, left, kept }: FoundDeploy): void {
  const what = {
    complete: safe`All of it had arrived: it is finished.`,
    'put-back': safe`It is undone: ${
      done.length === 0
        ? 'nothing had been changed'
        : joined(
            done.map((what) => safe`${what}`),
            '; ',
          )
    }.`,
    'secret-in-doubt': safe`It is not known whether its secrets arrived: they are sent again.`,
  }[outcome];
  print(safe`\nA deploy of ${startedAt} was interrupted. ${what}`);
  for (const difference of left) print(safe`  left    ${difference}`);
  for (const change of kept) print(safe`  kept    ${change} (changed by somebody else since)`);
}

export function printNothingChanged(domain: string, { noLongerListed, notLookedAt }: PreparedDeploy): void {
  print(safe`${domain} is up to date.`);
  if (notLookedAt.length > 0) print(safe`${notLookedAtLine(notLookedAt)}`);
  print(dim(safe`Values of secrets cannot be compared; --update-secrets sends them again.`));
  printNoLongerListed(noLongerListed);
}

/** How the drafts ran on the tenant: what took how long, as it says. */
export function printCanary(runs: readonly CanaryRun[]): void {
  for (const { action, stats } of runs) {
    const times = Object.entries(stats).map(
      ([what, milliseconds]) => `${what.replace(/_ms$/, '')} ${milliseconds} ms`,
    );
    print(safe`  canary    ${action}: ran${times.length === 0 ? '' : ` (${times.join(', ')})`}`);
  }
}

/** As the plan says it, which is not loaded for this. */
function printNoLongerListed(things: PreparedDeploy['noLongerListed']): void {
  if (things.length === 0) return;
  print(safe`\n${NO_LONGER_LISTED_TITLE}`);
  for (const thing of things) print(safe`  ${noLongerListedLine(thing)}`);
  for (const remedy of noLongerListedRemedies(things)) print(dim(safe`  ${remedy}`));
}

/** Only what is new has to be removed when it is put back. */
export function noteMissingScopes(accessToken: string, { changes }: PreparedDeploy): void {
  const missing = missingScopes(accessToken, [
    ...PUT_BACK_SCOPES,
    ...(changes.organizations.length === 0 ? [] : ORGANIZATION_PUT_BACK_SCOPES),
  ]);
  if (!makesSomething(changes) || missing.length === 0) return;
  print(
    dim(
      safe`If this deploy fails, what it made stays, unused: the deploy client does not have ${missing.join(', ')}.\n`,
    ),
  );
}

export function printPreview({ changes, config, state, noLongerListed }: PreparedDeploy): void {
  for (const { verb, what } of previewDeploy(changes, config, state))
    print(safe`  ${verb.padEnd(7)} ${what}`);
  printNoLongerListed(noLongerListed);
}

export function printReadBack({ codeHashes, note }: DeployResult): void {
  if (note !== undefined) print(safe`${note}`);
  for (const [name, hash] of codeHashes) print(safe`  runs    Action ${name} ${dim(safe`sha256 ${hash}…`)}`);
}
