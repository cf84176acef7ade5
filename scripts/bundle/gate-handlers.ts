import { allOf, Problem, problemsIn } from '../base/problem.ts';
import { HANDLERS } from '../runner/contract.ts';
import type { LoadedCode } from '../runner/contract.ts';
import { createActionsRuntime } from '../runner/runtime.ts';
import type { Bundle } from './bundle.ts';
import { readSourceFacts } from './source-facts.ts';

/**
 * Code that has passed in this process. What packages it loads is not known from it, so code with packages is loaded each time.
 */
const passed = new Set<string>();

/** Of what an Action says when it cannot be loaded. */
const MAX_MESSAGE_CHARACTERS = 500;

/**
 * Which Actions Auth0 could not load, or would refuse for what they export: as CommonJS, each handler an async function. Code:
 * `BUNDLE_HANDLER`.
 *
 * Only running an Action's top level shows it. That happens in a runner, each Action in a thread of its own. Where one fails, it
 * is run again in a runner that nobody else uses: it may have been another one that took their process down, or all at once were
 * too many for the machine.
 *
 * @throws {Problem} `RUNNER_UNUSABLE`, where the machine lets none be run.
 */
export async function gateHandlers(bundles: readonly Bundle[]): Promise<readonly Problem[]> {
  const actions = bundles.filter(
    ({ target, code }) => target.kind === 'action' && !(target.dependencies.length === 0 && passed.has(code)),
  );
  const loaded = await load(actions).catch(noneLoaded);
  const problems: Problem[] = [];
  for (const [index, action] of actions.entries()) {
    // The other gates name what nobody can read.
    if (readSourceFacts(action.code).kind === 'fault') continue;
    const first = loaded[index];
    const [result] =
      first !== undefined && ('exports' in first || actions.length === 1) ? [first] : await load([action]);
    const faults = faultsOf(result);
    if (faults.length === 0 && action.target.dependencies.length === 0) passed.add(action.code);
    problems.push(...faults.map((fault) => handlerProblem(action, fault)));
  }
  return problems;
}

/** What is too much at once may do one by one. */
function noneLoaded(error: unknown): readonly LoadedCode[] {
  if (problemsIn(error).some(({ code }) => code === 'RUNNER_UNUSABLE')) return [];
  throw error;
}

async function load(actions: readonly Bundle[]): Promise<readonly LoadedCode[]> {
  if (actions.length === 0) return [];
  const runner = createActionsRuntime();
  const read = async (): Promise<void> => {
    // Its start takes as long as this, which all gates need: `readSourceFacts` keeps it for them. In between, it is sent what it
    // waits for.
    for (const { code } of actions) {
      await runner.start();
      readSourceFacts(code);
    }
  };
  try {
    const loading = actions.map(({ target, code }) => runner.load(code, target.dependencies));
    const [loaded] = await allOf([allOf(loading), read()]);
    return loaded;
  } finally {
    await runner.close();
  }
}

function faultsOf(loaded: LoadedCode | undefined): readonly string[] {
  if (loaded === undefined || 'error' in loaded)
    return [`it cannot be loaded: ${loaded?.error.slice(0, MAX_MESSAGE_CHARACTERS) ?? ''}`];
  if (loaded.exports['onExecutePostLogin'] === undefined) return ['it does not export "onExecutePostLogin".'];
  return HANDLERS.filter((name) => ![undefined, 'AsyncFunction'].includes(loaded.exports[name])).map(
    (name) => `Invalid function signature for the "${name}" handler (it must be an async function).`,
  );
}

const handlerProblem = ({ target }: Bundle, fault: string): Problem =>
  new Problem({
    code: 'BUNDLE_HANDLER',
    message: `${target.name}: ${fault}`,
    place: { file: target.output, key: 'onExecutePostLogin' },
    remedy: `Export \`const onExecutePostLogin = async (event, api) => { … }\` from ${target.entry}, and build with target node22.`,
  });
