import type { ManagementApi } from '../tenant-access/management-api.ts';
import { heading } from '../command/run-command.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { sampleApplication } from './sample-application.ts';
import { customClaims, indented, personaNamed, signInToSample } from './sample-login.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';

/** Signs the verified adult in through everything that was just deployed, and prints what it came to. */
export async function proveLogin(
  tenant: LocalTenant,
  api: ManagementApi,
  config: TenantConfig,
): Promise<void> {
  const persona = personaNamed('adult');
  const application = await sampleApplication(api);
  const result = await signInToSample(tenant, config, application, persona);
  console.log(`
${heading('A login, as a browser does it')}
  ${persona.name} (${persona.description}) signs in to "${application.name}" through Didit`);
  if (result.kind === 'denied') {
    // Not a failure of the deploy: with rules that this person does not meet, it is the rules' answer.
    console.log(`\n  denied: ${result.error}: ${result.errorDescription}`);
    return;
  }
  console.log(`\nCustom claims of the ID token\n${indented(customClaims(result.idTokenClaims))}`);
  console.log(
    `\nCustom claims of the access token\n${indented(customClaims(result.accessTokenClaims ?? {}))}`,
  );
}
