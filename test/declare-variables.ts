/** `.env.example` has them, so no file declares them. */
const DOCUMENTED = /^(?:AUTH0_|DIDIT_(?:(?:STEP_UP_)?CLIENT_(?:ID|SECRET)|FETCH_USER_PROFILE|HANDOVER_KEY)$)/;

const SECTION = '\nvariables:\n';

/**
 * The text of a `tenant.yaml` with a declaration for every further placeholder in it, for tests that are about something else:
 * secret where the name says so, public otherwise.
 */
export function declareVariables(text: string): string {
  const names = [...text.matchAll(/##(\w+)##|@@(\w+)@@/g)].map(([, name, json]) => name ?? json ?? '');
  const lines = [...new Set(names)]
    .filter((name) => !DOCUMENTED.test(name) && !text.includes(`\n  ${name}: `))
    .map((name) => `  ${name}: ${/SECRET|KEY$|TOKEN|HEADER/.test(name) ? 'secret' : 'public'}\n`)
    .join('');
  if (lines === '') return text;
  return text.includes(SECTION) ? text.replace(SECTION, `${SECTION}${lines}`) : `${text}${SECTION}${lines}`;
}
