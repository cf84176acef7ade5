/**
 * What OpenID Connect for Identity Assurance 1.0 asks of a `verified_claims` object, in our own transcription: the parts that
 * apply to an answer without evidence, with the same required members, closed objects and minima.
 *
 * @see https://openid.net/specs/openid-connect-4-identity-assurance-1_0.html
 */
const verifiedClaims = {
  type: 'object',
  required: ['verification', 'claims'],
  additionalProperties: false,
  properties: {
    verification: {
      type: 'object',
      required: ['trust_framework'],
      properties: {
        trust_framework: { type: 'string' },
        assurance_level: { type: 'string' },
        assurance_process: { type: 'object' },
        time: {
          type: 'string',
          pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})$',
        },
        verification_process: { type: 'string' },
        evidence: { type: 'array', minItems: 1, items: { type: 'object', required: ['type'] } },
      },
    },
    claims: { type: 'object', minProperties: 1 },
  },
};

export const verifiedClaimsSchema = {
  type: 'object',
  required: ['verified_claims'],
  properties: { verified_claims: { anyOf: [verifiedClaims, { type: 'array', items: verifiedClaims }] } },
};
