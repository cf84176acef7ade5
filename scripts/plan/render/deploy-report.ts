import type { CanaryRun } from '../../deploy/canary.ts';
import type { DeployResult, PreparedDeploy } from '../../deploy/prepare-deploy.ts';
import { makesSomething } from '../../tenant-model/changes.ts';
import type { FoundDeploy } from '../../undo/interrupted-deploy.ts';
import { previewDeploy } from './preview.ts';
import { missingPutBackScopes } from '../../tenant-access/required-scopes.ts';
import { dim } from '../../command/run-command.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';
import { safeLine } from '../../base/safe-text.ts';

/** What became of an earlier deploy that did not end. */
export function printInterrupted({ startedAt, outcome, done, left, kept }: FoundDeploy): void {
  const what = {
    complete: 'All of it had arrived: it is finished.',
    'put-back': `It is undone: ${done.length === 0 ? 'nothing had been changed' : done.join('; ')}.`,
    'secret-in-doubt': 'It is not known whether its secrets arrived: they are sent again.',
  }[outcome];
  console.log(`\nA deploy of ${startedAt} was interrupted. ${what}`);
  for (const difference of left) console.log(`  left    ${difference}`);
  for (const change of kept) console.log(`  kept    ${change} (changed by somebody else since)`);
}

export function printNothingChanged(domain: string, { noLongerListed }: PreparedDeploy): void {
  console.log(`${domain} is up to date.`);
  console.log(dim('Values of secrets cannot be compared; --update-secrets sends them again.'));
  printNoLongerListed(noLongerListed);
}

/** How the drafts ran on the tenant: what took how long, as it says. */
export function printCanary(runs: readonly CanaryRun[]): void {
  for (const { action, stats } of runs) {
    const times = Object.entries(stats).map(
      ([what, milliseconds]) => `${what.replace(/_ms$/, '')} ${milliseconds} ms`,
    );
    console.log(safeLine(`  canary    ${action}: ran${times.length === 0 ? '' : ` (${times.join(', ')})`}`));
  }
}

/** As the plan says it, which is not loaded for this. */
function printNoLongerListed(things: PreparedDeploy['noLongerListed']): void {
  if (things.length === 0) return;
  console.log(`\n${NO_LONGER_LISTED_TITLE}`);
  for (const thing of things) console.log(`  ${safeLine(noLongerListedLine(thing))}`);
  for (const remedy of noLongerListedRemedies(things)) console.log(dim(`  ${remedy}`));
}

/** Only what is new has to be removed when it is put back. */
export function noteMissingScopes(accessToken: string, { changes }: PreparedDeploy): void {
  const missing = missingPutBackScopes(accessToken);
  if (!makesSomething(changes) || missing.length === 0) return;
  console.log(
    dim(
      `If this deploy fails, what it made stays, unused: the deploy client does not have ${missing.join(', ')}.\n`,
    ),
  );
}

export function printPreview({ changes, config, state, noLongerListed }: PreparedDeploy): void {
  for (const { verb, what } of previewDeploy(changes, config, state))
    console.log(`  ${verb.padEnd(7)} ${what}`);
  printNoLongerListed(noLongerListed);
}

export function printReadBack({ codeHashes, note }: DeployResult): void {
  if (note !== undefined) console.log(note);
  for (const [name, hash] of codeHashes) console.log(`  runs    Action ${name} ${dim(`sha256 ${hash}…`)}`);
}
