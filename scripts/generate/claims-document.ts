import { CLAIMS, DEFAULT_CLAIMS, MAX_CLAIMS_BYTES } from '../../actions/didit/claims-contract.ts';
import type { ClaimContract, ClaimName } from '../../actions/didit/claims-contract.ts';
import { CLAIMS_PROSE } from '../settings/claims-prose.ts';
import { DENIALS } from '../../actions/didit/policy-codes.ts';
import { stepUpDenials } from '../../actions/didit/step-up.ts';
import { generatedNotice } from './generated-notice.ts';

const TYPES: Readonly<Record<ClaimContract['type'], string>> = {
  boolean: 'boolean',
  string: 'string',
  'date-time': 'string, ISO 8601 in UTC',
  date: 'string, `YYYY-MM-DD`',
  'fresh-or-stale': '`"fresh"` or `"stale"`',
  address: 'object, `{ formatted }`',
  'verified-claims': 'object, `{ verification, claims }`',
};

/** docs/claims.md: the contract with consuming applications, and the codes of denied logins. */
export const renderClaimsDocument = (): string =>
  [
    '# Claims',
    `<!-- ${generatedNotice('actions/didit/claims-contract.ts')} -->`,
    INTRODUCTION,
    [
      '| claim | type | sensitivity | scope | most bytes | what it says |',
      '| --- | --- | --- | --- | --- | --- |',
      ...CLAIMS.map(row),
    ].join('\n'),
    PERSONAL,
    DENIED,
  ].join('\n\n') + '\n';

const INTRODUCTION = `What the ID token and the access token can say about a person who signed in with Didit. Without settings both tokens carry ${DEFAULT_CLAIMS.map((name) => `\`${name}\``).join(' and ')}, under the namespace of \`didit_claims\` (\`https://example.com/didit/verified\`); \`id_token\` and \`access_token\` name other sets ([settings](settings.md)).

**What is not known is absent, never \`false\`.** An application that needs an answer checks for \`true\`.

A claim named by its own word below stands under the namespace; one marked *standard* goes by its own name. All claims of ours in one token take at most ${MAX_CLAIMS_BYTES} bytes. Types for TypeScript: \`DiditClaims\` in [didit-claims.d.ts](didit-claims.d.ts).`;

const PERSONAL = `## Personal values

A personal value enters the ID token when \`id_token\` names it, the record holds it (\`fields\` of \`didit_sync\`), **and** the application asked for its scope in that login. It enters the access token when, besides, both \`access_token\` and \`access_token_personal\` name it. \`verified_claims\` holds only what Didit itself verified, under the same rules, value by value; it has no \`time\`, since Didit's sign-in does not tell when the verification took place.

**A refresh and a password grant give no personal value.** Auth0 does not tell Actions there which scopes were asked for, so none is taken for granted: the new tokens carry the answers (\`verified\`, ages and the like), and no name or birth date. An application that needs personal values keeps those of the ID token that the sign-in gave it, or sends the browser to \`/authorize\` again, with \`prompt=none\` while the session lasts.`;

const DENIED = [
  '## Denied logins',
  'The application gets `error=access_denied`, and in `error_description` one of these codes, a colon, and the sentence:',
  [
    '| code | sentence |',
    '| --- | --- |',
    ...Object.entries({ ...DENIALS, ...stepUpDenials() }).map(
      ([code, sentence]) => `| \`${code}\` | ${sentence} |`,
    ),
  ].join('\n'),
].join('\n\n');

const row = (claim: ClaimContract & { readonly name: ClaimName }): string =>
  `| \`${claim.name}\`${claim.naming === 'standard' ? ' (*standard*)' : ''} | ${TYPES[claim.type]} | ${claim.sensitivity} | ${claim.scope === undefined ? '' : `\`${claim.scope}\``} | ${claim.maxBytes} | ${CLAIMS_PROSE[claim.name]} |`;
