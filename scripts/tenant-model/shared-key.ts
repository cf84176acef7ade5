import { madeByTheDeploy } from '../tenant-config/placeholders.ts';
import type { ActionConfig } from '../tenant-config/tenant-config.ts';
import type { ActionState } from './tenant-state.ts';

/**
 * Which key an Action has is written in the *name* of a secret beside it. A tenant shows names and never values: so every command
 * can see that Actions which share a key do not have the same one, whoever or whatever has left them so. It is drawn by lot and
 * says nothing of the key.
 */
const KEY_ID_NAME = /^DIDIT_SHARED_KEY_([0-9a-f]{16})$/;

/** @param id 16 hexadecimal digits. */
export const keyIdName = (id: string): string => `DIDIT_SHARED_KEY_${id}`;

/** The secrets of an Action apart from the one that says which key it has; `undefined` for an Action without a shared key. */
export function withoutKeyId<Secret extends { readonly name: string }>(
  secrets: readonly Secret[],
): { readonly secrets: readonly Secret[]; readonly keyId: string | undefined } {
  const ids = secrets.flatMap(({ name }) => KEY_ID_NAME.exec(name)?.[1] ?? []);
  return {
    secrets: secrets.filter(({ name }) => !KEY_ID_NAME.test(name)),
    keyId: ids.length === 0 ? undefined : ids.sort().join(' '),
  };
}

/** Whether an Action has a secret whose value the deploy makes: the same for all that have one. */
export const sharesKey = ({ secrets = [] }: Pick<ActionConfig, 'secrets'>): boolean =>
  secrets.some(({ value }) => madeByTheDeploy(value) !== undefined);

/**
 * Names of the Actions that share a key, where what runs on the tenant does not have the same one, or nobody can tell; otherwise
 * none.
 */
export function withDifferentKeys(
  configs: readonly ActionConfig[],
  actions: readonly ActionState[],
): readonly string[] {
  const names = configs.filter(sharesKey).map(({ name }) => name);
  const ids = names.map((name) => actions.find((action) => action.name === name)?.deployed?.keyId);
  return new Set(ids).size > 1 || ids.includes(undefined) ? names : [];
}
