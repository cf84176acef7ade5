import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import { IMPACT_FLOWS } from '../../plan/impact/login-cases.ts';
import { connectionNames, enabledPlaces, loginSide } from '../../plan/impact/login-side.ts';
import { simulateLogins } from '../../plan/impact/simulate-logins.ts';
import type { LoginPair } from '../../plan/impact/simulate-logins.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import type { WorkingTree } from './working-tree.ts';

/** What the working tree can be compared with. */
export const SIDES = ['deploy', 'main'] as const;
export type SideName = (typeof SIDES)[number];

export interface OutcomeCell {
  readonly application: string;
  readonly outcome: string;
  readonly code: string | null;
  /** How it ended on the other side; `null` where it ends the same way there. */
  readonly before: { readonly outcome: string; readonly code: string | null } | null;
  /** Claims and metadata that are others, in words; empty where only how it ends differs, or nothing. */
  readonly facts: readonly string[];
}

export interface OutcomesView {
  readonly against: SideName;
  readonly kind: string;
  /** With how many logins differ in each. */
  readonly kinds: readonly { readonly kind: string; readonly differ: number }[];
  readonly applications: readonly string[];
  readonly people: readonly {
    readonly name: string;
    readonly description: string;
    readonly cells: readonly OutcomeCell[];
  }[];
}

/** All logins of both sides, as a plan runs them. */
export async function allPairs(
  before: TenantModel,
  { model: after }: WorkingTree,
): Promise<readonly LoginPair[]> {
  const personas = loadEveryPersona().filter(({ fault }) => fault === 'none');
  const pairs: LoginPair[] = [];
  for (const connection of new Set([...connectionNames(after), ...connectionNames(before)])) {
    const places = enabledPlaces([after, before], connection);
    if (places.length === 0) continue;
    const simulated = await simulateLogins(
      loginSide(before, connection, places),
      loginSide(after, connection, places),
      personas,
    );
    pairs.push(...simulated.pairs);
  }
  return pairs;
}

/** The table of one kind of run. */
export function outcomesView(
  pairs: readonly LoginPair[],
  against: SideName,
  wanted: string | undefined,
): OutcomesView {
  const kinds = IMPACT_FLOWS.map(({ label }) => label).filter((label) =>
    pairs.some(({ flow }) => flow.label === label),
  );
  const kind = kinds.find((label) => label === wanted) ?? kinds[0] ?? '';
  const cells = pairs.filter(({ flow, age }) => flow.label === kind && age.olderThan === null);
  const people = loadEveryPersona().filter(({ name }) => cells.some(({ person }) => person === name));
  const applications = [...new Set(cells.map(({ application }) => application))].sort();
  return {
    against,
    kind,
    kinds: kinds.map((label) => ({
      kind: label,
      differ: pairs.filter((pair) => pair.flow.label === label && isDifferent(pair)).length,
    })),
    applications,
    people: people.map(({ name, description }) => ({
      name,
      description,
      cells: applications.flatMap((application) => {
        const pair = cells.find((each) => each.person === name && each.application === application);
        return pair === undefined ? [] : [cellOf(pair)];
      }),
    })),
  };
}

const endOf = ({ outcome, code }: LoginPair['after']) => ({ outcome, code: code ?? null });

const factsThatDiffer = ({ before, after }: LoginPair): readonly string[] =>
  [...new Set([...before.facts.keys(), ...after.facts.keys()])].filter(
    (fact) => before.facts.get(fact) !== after.facts.get(fact),
  );

const endsOtherwise = ({ before, after }: LoginPair): boolean =>
  before.outcome !== after.outcome || before.code !== after.code;

const isDifferent = (pair: LoginPair): boolean => endsOtherwise(pair) || factsThatDiffer(pair).length > 0;

const cellOf = (pair: LoginPair): OutcomeCell => ({
  application: pair.application,
  ...endOf(pair.after),
  before: endsOtherwise(pair) ? endOf(pair.before) : null,
  facts: factsThatDiffer(pair).map(
    (fact) =>
      `${fact}: ${pair.before.facts.get(fact) ?? 'nothing'} → ${pair.after.facts.get(fact) ?? 'nothing'}`,
  ),
});
