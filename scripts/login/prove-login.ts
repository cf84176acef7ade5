import type { ManagementApi } from '../tenant-access/management-api.ts';
import { safe } from '../base/safe-text.ts';
import { heading, print } from '../command/print.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { loginAsText } from './login-report.ts';
import { ruleBehind, tracedLogin } from './rule-behind.ts';
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
  const application = await sampleApplication(api, {
    enabledClients: config.connections[0]?.enabled_clients,
  });
  const result = await signInToSample(tenant, config, application, persona);
  print(safe`
${heading(safe`A login, as a browser does it`)}
  ${persona.name} (${persona.description}) signs in to "${application.name}" through Didit`);
  if (result.kind === 'denied') {
    // Not a failure of the deploy: with rules that this person does not meet, it is the rules' answer.
    const connection = config.connections[0]?.name ?? '';
    const { stop } = await tracedLogin(
      tenant,
      result,
      await ruleBehind(result, api, connection, application.name),
    );
    print(loginAsText(result, stop));
    return;
  }
  print(safe`\nCustom claims of the ID token\n${indented(customClaims(result.idTokenClaims))}`);
  print(safe`\nCustom claims of the access token\n${indented(customClaims(result.accessTokenClaims ?? {}))}`);
}
