/** An application of the table: what it asks of people, as its `client_metadata` says it. */
export interface OutcomeApplication {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One for each way in which an application can use the rules. */
export const OUTCOME_APPLICATIONS: readonly OutcomeApplication[] = [
  { name: 'no rules', metadata: {} },
  { name: 'verified people', metadata: { didit_policy: 'require=verified' } },
  { name: 'verified adults', metadata: { didit_policy: 'require=verified,age_over_18' } },
  {
    name: 'verified adults, report only',
    metadata: { didit_policy: 'require=verified,age_over_18 mode=report' },
  },
  {
    name: 'verified names and phone numbers',
    metadata: { didit_policy: 'require=names_verified,phone_verified' },
  },
  {
    name: 'verified people, whatever the login',
    metadata: {
      didit_policy: 'require=verified apply_to=all',
      didit_claims: 'namespace=https://example.com/didit/ linked=on',
    },
  },
  {
    name: 'verified people, whatever the login, who may step up',
    metadata: {
      didit_policy: 'require=verified apply_to=all step_up=on',
      didit_claims: 'namespace=https://example.com/didit/ linked=on',
    },
  },
  {
    name: 'verified people, let in when nothing can be known',
    metadata: { didit_policy: 'require=verified on_unavailable=allow' },
  },
];
