import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import type { SecurityRating } from './security-codes.ts';

/** The connections that the file does not list: what an application asks of all logins holds there too. */
export const ANY_OTHER_CONNECTION = '(any other connection)';

/** The Actions that make settings come to something, as this project calls them. */
const ACTION_FOR = {
  rules: 'didit-access-policy',
  claims: 'didit-claims',
  'kept data': 'didit-profile-sync',
} as const;

/**
 * The Action that these settings are for, by the name that it has here; `undefined` where the file lists none that is built as
 * it.
 */
export const actionFor = ({ names }: TenantModel, what: SettingsEffect['what']): string | undefined =>
  names === undefined ? ACTION_FOR[what] : names.get(ACTION_FOR[what]);

/** Whether logins run the Action that these settings are for. Where nobody can say which one that is, any may be it. */
export function isActionInFlow(model: TenantModel, what: SettingsEffect['what']): boolean {
  const name = actionFor(model, what);
  return model.flow.some(({ action }) => name === undefined || action === name);
}

/** What changed settings mean together, all levels combined. */
export interface SettingsEffect {
  /** Its name, or `ANY_OTHER_CONNECTION`. */
  readonly connection: string;
  /** `null` for what holds for all applications of the connection. */
  readonly application: string | null;
  /** Of people who sign in as its members. Default: of nobody in particular. */
  readonly organization?: string;
  readonly what: 'rules' | 'claims' | 'kept data';
  /** As it would be written in one text; `null` where there was, or is, no such login. */
  readonly before: string | null;
  readonly after: string | null;
  readonly security: readonly SecurityRating[];
}
