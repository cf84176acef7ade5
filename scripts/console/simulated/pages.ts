import type { Context } from 'hono';
import { PROJECT_ROOT } from '../../base/project.ts';
import type { ConsoleHost } from '../../local-tenant/index.ts';
import { deployPair } from '../../plan/plan-deploy.ts';
import { git } from '../../plan/git/git.ts';
import { modelOfRevision } from '../../plan/plan-revision.ts';
import type { LoginPair } from '../../plan/impact/simulate-logins.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import { answer } from '../answer.ts';
import { preparedDeploy } from '../deployed.ts';
import type { Logins } from '../logins/routes.ts';
import { notKept } from '../logins/routes.ts';
import { personalDataHider } from '../logins/personal-data.ts';
import { withTexts } from '../shown.ts';
import type { Clear } from '../shown.ts';
import { againPage } from './again-page.ts';
import { again } from './again.ts';
import { outcomesPage } from './outcomes-page.ts';
import { allPairs, outcomesView, SIDES } from './outcomes.ts';
import type { SideName } from './outcomes.ts';
import { whatIfPage } from './what-if-page.ts';
import { whatIf } from './what-if.ts';
import type { WorkingTree } from './working-tree.ts';

export interface SimulatedPages {
  readonly whatIf: (c: Context) => Promise<Response>;
  readonly outcomes: (c: Context) => Promise<Response>;
  readonly again: (c: Context) => Promise<Response>;
}

/** Pages that run logins of the working tree, in the simulation and nowhere else. */
export function simulatedPages(
  host: ConsoleHost,
  logins: Pick<Logins, 'view'>,
  tree: () => Promise<WorkingTree>,
  clearOf: () => Clear,
): SimulatedPages {
  const pairsOf = rememberedPairs(host);
  return {
    whatIf: async (c) => await answer(c, await whatIf(c.req.query(), await tree()), clearOf(), whatIfPage),
    outcomes: async (c) => {
      const against = SIDES.find((side) => side === c.req.query('against')) ?? 'deploy';
      const pairs = await pairsOf(await tree(), against);
      return await answer(c, outcomesView(pairs, against, c.req.query('kind')), clearOf(), outcomesPage);
    },
    again: async (c) => {
      const found = await logins.view(c.req.param('id') ?? '', false);
      if (found === undefined) return await notKept(c);
      const view = await again(found.trace, await tree(), host.context.now());
      const hidden = found.view.masked
        ? withTexts(
            { ...view, differences: view.differences.map(({ path }) => ({ path })) },
            personalDataHider(found.trace, found.subjects),
          )
        : view;
      return await answer(c, hidden, clearOf(), againPage);
    },
  };
}

/** All logins of two sides take seconds: they are run again when either side has changed. */
function rememberedPairs(
  host: ConsoleHost,
): (tree: WorkingTree, against: SideName) => Promise<readonly LoginPair[]> {
  const ofMain = mainModel();
  const known = new Map<SideName, { readonly of: string; readonly pairs: Promise<readonly LoginPair[]> }>();
  return async (tree, against) => {
    const before =
      against === 'main' ? await ofMain() : deployPair((await preparedDeploy(host, tree)).prepared).before;
    const of = JSON.stringify([
      tree.savedAt,
      before.flow,
      before.resources.map(({ name, fields }) => [name, [...fields]]),
    ]);
    const last = known.get(against);
    if (last?.of === of) return await last.pairs;
    const pairs = allPairs(before, tree);
    known.set(against, { of, pairs });
    pairs.catch(() => known.delete(against));
    return await pairs;
  };
}

/**
 * What `main` asks for, or the remote's where a clone of a fork has no branch of this name. It is read and built once for each
 * commit.
 *
 * @param project The folder in whose repository it is. Default: this project.
 * @throws {Problem} as `modelOfRevision`.
 */
export function mainModel(project = PROJECT_ROOT): () => Promise<TenantModel> {
  let known: { readonly commit: string; readonly model: Promise<TenantModel> } | undefined;
  return async () => {
    const commits = await Promise.all(
      ['main', 'origin/main'].map((name) =>
        git(project, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]),
      ),
    );
    const commit = commits.find((each) => each !== undefined);
    if (commit === undefined) return await modelOfRevision('main', project);
    if (known?.commit !== commit) known = { commit, model: modelOfRevision(commit, project) };
    const { model } = known;
    model.catch(() => (known = undefined));
    return await model;
  };
}
