import { isSecretName } from './secret-options.ts';

/**
 * What a placeholder's value is. `public`: may stand anywhere. `secret`: only where secrets go (`secret-sinks.ts`). `deploy
 * credential` and `deploy client`, its public half: they prove the command to the tenant, and go nowhere. `made`: by the deploy,
 * for Actions alone.
 */
export type VariableKind = 'public' | 'secret' | 'deploy credential' | 'deploy client' | 'made';

/** What `tenant.yaml` itself declares, under `variables`. */
export type DeclaredVariables = Readonly<Record<string, 'public' | 'secret'>>;

/**
 * The names that every project has, without declaring them; `.env.example` and the head of `tenant.yaml` list them for people.
 */
export const DOCUMENTED_VARIABLES: ReadonlyMap<string, VariableKind> = new Map([
  ['AUTH0_DOMAIN', 'public'],
  ['AUTH0_CLIENT_ID', 'deploy client'],
  ['AUTH0_CLIENT_SECRET', 'deploy credential'],
  ['AUTH0_ACCESS_TOKEN', 'deploy credential'],
  ['AUTH0_MANAGEMENT_CLIENT_ID', 'public'],
  ['AUTH0_MANAGEMENT_CLIENT_SECRET', 'secret'],
  ['DIDIT_STEP_UP_CLIENT_ID', 'public'],
  ['DIDIT_STEP_UP_CLIENT_SECRET', 'secret'],
  ['DIDIT_CLIENT_ID', 'public'],
  ['DIDIT_CLIENT_SECRET', 'secret'],
  // The build fills it in.
  ['DIDIT_FETCH_USER_PROFILE', 'public'],
  ['DIDIT_HANDOVER_KEY', 'made'],
]);

/** Those that OAuth knows as ids, secrets and tokens. */
export const IDS_AND_SECRETS: readonly string[] = [...DOCUMENTED_VARIABLES.keys()].filter((name) =>
  /_(?:ID|SECRET|TOKEN)$/.test(name),
);

/** `undefined` for a name that nobody declares: such a placeholder is filled in nowhere. */
export const variableKind = (name: string, declared: DeclaredVariables = {}): VariableKind | undefined =>
  DOCUMENTED_VARIABLES.get(name) ?? (Object.hasOwn(declared, name) ? declared[name] : undefined);

/** Whether the value of a placeholder is never shown; of a name that nobody declares, it is not. */
export const isSecretVariable = (name: string, declared?: DeclaredVariables): boolean =>
  variableKind(name, declared) !== 'public';

/** Why a name cannot be declared in this way; `undefined` where it can. */
export function whyNotDeclared(name: string, kind: 'public' | 'secret'): string | undefined {
  const documented = DOCUMENTED_VARIABLES.get(name);
  if (documented !== undefined) return 'it is one of the documented variables, which need no declaration';
  return kind === 'public' && isSecretName(name)
    ? 'its name says that it is a secret, so it cannot be public'
    : undefined;
}

/** Variables of a kind, as far as their values are known. */
export const valuesOfKind = (
  kinds: readonly VariableKind[],
  declared: DeclaredVariables,
  values: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> =>
  new Map(
    [...DOCUMENTED_VARIABLES.keys(), ...Object.keys(declared)].flatMap((name): [string, string][] => {
      const [kind, value] = [variableKind(name, declared), values.get(name) ?? ''];
      return kind !== undefined && kinds.includes(kind) && value !== '' ? [[name, value]] : [];
    }),
  );
