/**
 * What auth0-deploy-cli has sections for and this project does not deploy: a whole exported tenant holds them.
 * @see https://github.com/auth0/auth0-deploy-cli/blob/master/docs/resource-specific-documentation.md
 */
const OTHER_SECTIONS: readonly string[] = [
  ...['actionModules', 'attackProtection', 'branding', 'clientAuthCredentials', 'connectionProfiles'],
  ...[
    'customDomains',
    'databases',
    'emailProvider',
    'emailTemplates',
    'eventStreams',
    'flowVaultConnections',
  ],
  ...['flows', 'forms', 'guardianFactorProviders', 'guardianFactorTemplates', 'guardianFactors'],
  ...['guardianPhoneFactorMessageTypes', 'guardianPhoneFactorSelectedProvider', 'guardianPolicies', 'hooks'],
  ...['logStreams', 'networkACLs', 'pages', 'phoneProviders', 'phoneTemplates', 'prompts'],
  ...['rateLimitPolicies', 'riskAssessment', 'roles', 'rules', 'rulesConfigs', 'selfServiceProfiles'],
  ...['supplementalSignals', 'tenant', 'themes', 'tokenExchangeProfiles', 'userAttributeProfiles'],
];

/** Ended on 18 November 2026. */
const BECAME_ACTIONS: readonly string[] = ['rules', 'rulesConfigs', 'hooks'];

/** Where a section belongs that stands in `tenant.yaml` and is none of it; `undefined` for any other key. */
export function whereElse(section: string): string | undefined {
  if (!OTHER_SECTIONS.includes(section)) return undefined;
  return BECAME_ACTIONS.includes(section)
    ? 'Remove it. Rules and hooks have ended: what they did is the work of an Action (`npm run new -- action NAME`).'
    : 'Remove it: what the tenant has stays as it is. To deploy it too, keep it in a file of its own for auth0-deploy-cli.';
}
