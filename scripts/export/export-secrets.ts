import { DOCUMENTED_VARIABLES } from '../secrets/variables.ts';

/** A secret that only the tenant has, and the variable that a deploy takes its value from. */
export interface NewSecret {
  readonly action: string;
  readonly name: string;
  /** Without its marks. */
  readonly variable: string;
}

const NOT_FOR_ACTIONS: readonly string[] = [...DOCUMENTED_VARIABLES]
  .filter(([, kind]) => kind !== 'public' && kind !== 'secret')
  .map(([name]) => name);

/**
 * The secrets of an Action that its file does not list, each with a variable: its name, as far as a placeholder can have that.
 *
 * @param names Of the secrets on the tenant.
 * @param taken Variables that stand for something else: a name that had to be changed must not turn into one of them, or the
 *   Action would be given that secret. Nor does any become one that the deploy makes, or that proves the deploy to the tenant.
 */
export function newSecrets(
  action: string,
  listed: readonly string[],
  names: readonly string[],
  taken: ReadonlySet<string>,
): readonly NewSecret[] {
  const used = new Set([...taken, ...names, ...NOT_FOR_ACTIONS]);
  return names
    .filter((name) => !listed.includes(name))
    .map((name) => {
      const plain = name.replaceAll(/\W/g, '_');
      if (plain === name && !NOT_FOR_ACTIONS.includes(name)) return { action, name, variable: name };
      let variable = plain;
      for (let number = 2; used.has(variable); number += 1) variable = `${plain}_${number}`;
      used.add(variable);
      return { action, name, variable };
    });
}
