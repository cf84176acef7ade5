import type { PlaceKind, Places } from './problem-places.ts';
import * as project from './project-codes.ts';
import * as tenant from './tenant-codes.ts';

/** What is true of every problem with a code. */
export interface CodeFacts {
  readonly place: PlaceKind;
  /** One plain sentence. */
  readonly means: string;
  /** What a person does about it. A problem that knows more about its case has a remedy of its own. */
  readonly remedy: string;
}

/** Every code, by the titles under which docs/errors.md shows them. */
export const CODES_BY_THEME = {
  'tenant.yaml and the settings in it': project.TENANT_FILE_CODES,
  'Actions and the build': project.BUILD_CODES,
  'Variables and credentials': project.VARIABLE_CODES,
  'The command line': project.COMMAND_CODES,
  'Reaching a tenant': tenant.ACCESS_CODES,
  Deploying: tenant.DEPLOY_CODES,
  'Rolling back and removing': tenant.UNDO_CODES,
  Exporting: tenant.EXPORT_CODES,
  'Signing in': tenant.LOGIN_CODES,
  'The local tenant': tenant.LOCAL_TENANT_CODES,
  'Working on this project': project.MAINTENANCE_CODES,
} as const satisfies Readonly<Record<string, Readonly<Record<string, CodeFacts>>>>;

/** The same in one table. Codes are a contract, messages are not: a code stays what it is. */
export const PROBLEM_CODES = {
  ...project.TENANT_FILE_CODES,
  ...project.BUILD_CODES,
  ...project.VARIABLE_CODES,
  ...project.COMMAND_CODES,
  ...tenant.ACCESS_CODES,
  ...tenant.DEPLOY_CODES,
  ...tenant.UNDO_CODES,
  ...tenant.EXPORT_CODES,
  ...tenant.LOGIN_CODES,
  ...tenant.LOCAL_TENANT_CODES,
  ...project.MAINTENANCE_CODES,
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The place that a problem with this code has. */
export type PlaceOf<Code extends ProblemCode> = Places[(typeof PROBLEM_CODES)[Code]['place']];
