import { CLAIMS, VERIFIABLE_NAMES } from '../../actions/didit/claims-contract.ts';
import type { ClaimContract, ClaimName } from '../../actions/didit/claims-contract.ts';
import { CLAIMS_PROSE } from '../settings/claims-prose.ts';
import { generatedNotice } from './generated-notice.ts';

const TYPES: Readonly<Record<ClaimContract['type'], string>> = {
  boolean: 'boolean',
  string: 'string',
  'date-time': 'string',
  date: 'string',
  'fresh-or-stale': "'fresh' | 'stale'",
  address: '{ readonly formatted: string }',
  'verified-claims': 'DiditVerifiedClaims',
};

/** docs/didit-claims.d.ts: the types for applications that read our claims out of a token. */
export function renderClaimsTypes(): string {
  const contracts: readonly (ClaimContract & { readonly name: ClaimName })[] = CLAIMS;
  const members = (naming: ClaimContract['naming']): readonly string[] =>
    contracts
      .filter((claim) => claim.naming === naming)
      .flatMap(({ name, type }) => [
        `  /** ${CLAIMS_PROSE[name]} */`,
        `  readonly ${name}?: ${TYPES[type]};`,
      ]);
  return [
    `// ${generatedNotice('actions/didit/claims-contract.ts')}`,
    '',
    '/** The claims under the namespace of `didit_claims`. What is not known is absent, never `false`. */',
    'export interface DiditNamespacedClaims {',
    ...members('namespaced'),
    '}',
    '',
    '/** The claims that go by their standard names. */',
    'export interface DiditStandardClaims {',
    ...members('standard'),
    '}',
    '',
    '/** After OpenID Connect for Identity Assurance. */',
    'export interface DiditVerifiedClaims {',
    '  readonly verification: { readonly trust_framework: string };',
    '  readonly claims: {',
    ...VERIFIABLE_NAMES.map(
      (name) => `    readonly ${name}?: ${name.startsWith('age_') ? 'boolean' : 'string'};`,
    ),
    '  };',
    '}',
    '',
    '/**',
    ' * All our claims in a token, by the names that they have in it.',
    ' *',
    " * @example type Token = JWTPayload & DiditClaims<'https://example.com/didit/'>;",
    ' */',
    'export type DiditClaims<Namespace extends string> = DiditStandardClaims & {',
    '  readonly [Name in keyof DiditNamespacedClaims as `${Namespace}${Name}`]: DiditNamespacedClaims[Name];',
    '};',
    '',
  ].join('\n');
}
