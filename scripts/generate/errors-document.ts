import { CODES_BY_THEME } from '../base/problem-codes.ts';
import type { CodeFacts } from '../base/problem-codes.ts';
import type { PlaceKind } from '../base/problem-places.ts';
import { generatedNotice } from './generated-notice.ts';

const WHERE: Readonly<Record<PlaceKind, string>> = {
  file: 'the file',
  key: 'the file, and the key in it',
  line: 'the file and the line; the key, if there is one',
  setting: 'the file; line and key, if they are known',
  variable: 'the variable, and where it is read from',
  tenant: 'the tenant',
  resource: 'the tenant, and what it is about there',
  option: 'the command or tenant, and the option',
  revision: 'the revision; the file, if it is about one',
  address: 'the address',
  none: '',
};

/** docs/errors.md: every code, with its meaning, its place and its remedy. */
export const renderErrorsDocument = (): string =>
  [
    '# Errors',
    `<!-- ${generatedNotice('scripts/base/problem-codes.ts')} -->`,
    INTRODUCTION,
    ...Object.entries(CODES_BY_THEME).map(([theme, codes]) => section(theme, codes)),
  ].join('\n\n') + '\n';

const INTRODUCTION = `Every error that you can cause or fix looks like this, and ends the command with exit code 1:

\`\`\`text
error TENANT_FILE_KEY: "pkce_enable" is not a key of connections.0.options.
  where: tenant.yaml:12 (connections.0.options.pkce_enable)
  how to solve it: Write "pkce_enabled" if that is what you mean, or remove the line.
\`\`\`

The code is a contract: it keeps its meaning, and scripts may look at it. The sentence behind it is for people and may change. One command can end with several errors. Anything that is printed with a stack instead is a defect of this project.

\`simulateLogin\` throws the same errors, as a \`Problem\` with \`code\`, \`message\`, \`place\` and \`remedy\`.`;

const section = (theme: string, codes: Readonly<Record<string, CodeFacts>>): string =>
  [
    `## ${theme}`,
    [
      '| code | what it means | where | what to do |',
      '| --- | --- | --- | --- |',
      ...Object.entries(codes).map(
        ([code, { place, means, remedy }]) => `| \`${code}\` | ${means} | ${WHERE[place]} | ${remedy} |`,
      ),
    ].join('\n'),
  ].join('\n\n');
