import { block, json } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';
import { loadPersonas } from '../local-tenant/runtime.ts';
import type { Persona } from '../local-tenant/runtime.ts';
import { signIn } from './local/sign-in.ts';
import type { SignedIn, SignInRefused } from './local/sign-in.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { Problem } from '../base/problem.ts';
import { loginProblem } from './login-problem.ts';
import type { LoginChoice, SampleApplication } from './sample-application.ts';
import { nearest } from '../base/nearest.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';

/**
 * A person of the Didit stand-in.
 *
 * @throws {Problem} `PERSONA_UNKNOWN`, with the names there are.
 */
export function personaNamed(name: string): Persona {
  const personas = loadPersonas();
  const persona = personas.find((candidate) => candidate.name === name);
  if (persona !== undefined) return persona;
  const names = personas.map((candidate) => candidate.name);
  const suggestion = nearest(name, names);
  throw new Problem({
    code: 'PERSONA_UNKNOWN',
    message: `There is no persona "${name}".`,
    place: { file: 'scripts/local-tenant/didit-stand-in/personas.yaml' },
    remedy:
      suggestion === undefined
        ? `Use one of: ${names.join(', ')}.`
        : `Write "${suggestion}" if that is who you mean.`,
  });
}

/**
 * Signs a persona in to an application through the Didit connection, with an access token for the first API of `tenant.yaml`.
 *
 * @param choice Default: the connection of `tenant.yaml`, and no organization.
 * @throws {Problem} as `signIn` and `loginProblem`.
 */
export async function signInToSample(
  tenant: Pick<LocalTenant, 'url' | 'domain'>,
  config: TenantConfig,
  application: SampleApplication,
  persona: Persona,
  choice: Pick<LoginChoice, 'connection' | 'organization'> & { readonly username?: string } = {},
): Promise<SignedIn | SignInRefused> {
  const connection = choice.connection ?? config.connections[0]?.name;
  const audience = config.resourceServers?.[0]?.identifier;
  try {
    return await signIn({
      tenantUrl: tenant.url,
      application,
      persona: persona.name,
      ...(connection === undefined ? {} : { connection }),
      ...(choice.username === undefined ? {} : { username: choice.username }),
      ...(audience === undefined ? {} : { audience }),
      ...(choice.organization === undefined ? {} : { parameters: { organization: choice.organization } }),
    });
  } catch (error) {
    throw loginProblem(error, tenant.domain);
  }
}

/** Claims that the Actions added: the namespaced ones. */
export const customClaims = (claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => /^https?:/.test(name)));

/** JSON for people, two blanks further in. */
export const indented = (value: unknown): SafeText => block(json(value, 2).text);
