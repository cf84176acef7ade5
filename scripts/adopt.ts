import { Option } from 'commander';
import { formatted } from './base/formatted.ts';
import { choiceUnknown } from './base/choice-unknown.ts';
import { recordOf, recordsOf, textOf } from './base/json-values.ts';
import { Problem } from './base/problem.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { joined, safe } from './base/safe-text.ts';
import { writeFiles } from './base/write-files.ts';
import { commandLine } from './command/command-line.ts';
import { askText } from './command/confirm.ts';
import type { Progress } from './command/progress.ts';
import { heading, print, printAside } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { withTenant } from './command/tenant-connection.ts';
import type { TenantChoice } from './command/tenant-connection.ts';
import { adoptTenant, leadsToDidit, proposeAnswers } from './export/adopt-tenant.ts';
import type { AdoptAnswers, AdoptProposal } from './export/adopt-tenant.ts';
import { exportNotices } from './export/export-notices.ts';
import { checkSettings } from './settings/check.ts';
import type { SettingsProblem } from './settings/check.ts';
import { notLookedAtLine, readIfAllowed, missingScopes } from './tenant-access/granted-scopes.ts';
import type { NotLookedAt } from './tenant-access/granted-scopes.ts';
import { readConcerned } from './tenant-access/read-organizations.ts';
import { ORGANIZATION_SCOPES } from './tenant-access/required-scopes.ts';
import { checkKinds, readTenantState } from './tenant-access/read-tenant-state.ts';
import type { ManagementApi } from './tenant-access/management-api.ts';
import { parseTenantFile } from './tenant-config/read-tenant-file.ts';
import { readTenantConfig, TENANT_FILE } from './tenant-config/read-tenant-config.ts';
import type { TenantConfig } from './tenant-config/tenant-config.ts';
import type { TenantState } from './tenant-model/tenant-state.ts';

const FOR_ORGANIZATIONS = ORGANIZATION_SCOPES.flatMap(({ scopes }) => scopes);
const READ_ORGANIZATIONS = FOR_ORGANIZATIONS.filter((scope) => scope.startsWith('read:'));

interface AdoptOptions extends TenantChoice {
  readonly connection?: string;
  readonly namespace?: string;
  readonly require?: string;
  readonly mode?: AdoptAnswers['mode'];
  readonly application: readonly string[];
  readonly yes: boolean;
}

commandLine('adopt')
  .description(
    'Makes tenant.yaml yours: the Didit connection and its applications as your tenant has them, our Actions, and the first rules. The tenant is not changed.',
  )
  .option(
    '--connection <name>',
    'the Didit connection of the tenant; a new one where it has none of that name',
  )
  .option(
    '--namespace <url>',
    'stands before the name of each claim, such as https://shop.example.com/didit/',
  )
  .option('--require <rules>', 'what must be true of a person, such as verified,age_over_18, or none')
  .addOption(
    new Option('--mode <mode>', 'report lets everybody in and logs who would be denied').choices([
      'report',
      'enforce',
      'off',
    ]),
  )
  .option('--application <names...>', 'that a new connection is enabled for', [])
  .option('-y, --yes', 'take what is proposed instead of asking', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: AdoptOptions) => {
    void runCommand((progress) => adopt(options, progress));
  })
  .parse();

async function adopt(options: AdoptOptions, progress: Progress): Promise<void> {
  const read = readTenantConfig();
  await withTenant(options, progress, async ({ api, valuesFor }) => {
    progress.waitFor(`reading ${api.domain}`);
    const there = await api.list('/connections?strategy=oauth2', 'connections');
    progress.waitFor(undefined);
    const connection = await chooseConnection(there, options, read.config);
    progress.waitFor(`reading ${api.domain}`);
    const notLookedAt: NotLookedAt[] = [];
    const organizations = await readIfAllowed(
      api.accessToken,
      // What it takes to plan a file that lists some: it is not to be one that this client cannot read.
      { what: 'organizations', scopes: READ_ORGANIZATIONS },
      notLookedAt,
      async () =>
        await readConcerned(
          api,
          (read.config.organizations ?? []).map(({ name }) => name),
          connection,
        ),
    );
    const state = {
      ...(await readTenantState(api, { connections: [{ name: connection }] })),
      ...(organizations === undefined ? {} : { organizations }),
    };
    progress.waitFor(undefined);
    checkKinds(api.domain, state.connections);
    const existing = state.connections.find(({ name }) => name === connection);
    print(
      heading(
        existing === undefined
          ? safe`${api.domain} has no Didit connection: "${connection}" will be a new one`
          : safe`Connection "${connection}" of ${api.domain}, as it is`,
      ),
    );
    if (existing === undefined) checkApplications(options.application, state);
    const proposal = proposeAnswers(read.config, existing, state);
    if (proposal.isAdopted)
      print(
        safe`It has rules and claims of ours already. They stay as they are: change them in tenant.yaml.`,
      );
    const answers = await askFor(options, proposal);
    const { values } = valuesFor(read.tenantFile);
    const adopted = adoptTenant(read, connection, state, values, answers);
    const text = await formatted(TENANT_FILE, adopted.text, PROJECT_ROOT);
    writeFiles([{ file: TENANT_FILE, text }], PROJECT_ROOT);
    for (const notice of exportNotices({ problems: adopted.problems, newSecrets: [], keptConnections: [] }))
      printAside(safe`${notice}`);
    if (notLookedAt.length > 0) print(safe`${notLookedAtLine(notLookedAt)}`);
    const listed = organizationsIn(text);
    if (listed.length > 0)
      print(safe`Organizations that sign in through it, or have settings of ours: ${listed.join(', ')}.`);
    if (adopted.leftOut.length > 0) {
      print(
        safe`Left out of the tokens, since the connection does not ask Didit for them: ${adopted.leftOut.join(', ')}.`,
      );
    }
    const missing = listed.length > 0 ? missingScopes(api.accessToken, FOR_ORGANIZATIONS) : [];
    describeNext(api, values, textOf(existing?.options['client_id']), missing);
  });
}

const organizationsIn = (text: string): readonly string[] =>
  recordsOf(recordOf(parseTenantFile(text, TENANT_FILE).data)['organizations']).map(({ name }) =>
    textOf(name),
  );

/** @throws {Problem} `CHOICE_UNKNOWN`, `ANSWER_NEEDED`. */
async function chooseConnection(
  there: readonly Readonly<Record<string, unknown>>[],
  { connection: wanted, yes }: AdoptOptions,
  config: TenantConfig,
): Promise<string> {
  if (wanted !== undefined) return wanted;
  const names = there.filter((candidate) => leadsToDidit(candidate, config)).map(({ name }) => textOf(name));
  const [only = config.connections[0]?.name ?? 'didit', ...others] = names;
  if (others.length === 0) return only;
  const place = { of: 'npm run adopt', option: '--connection' };
  if (yes) {
    throw new Problem({
      code: 'ANSWER_NEEDED',
      message: `Several connections lead to Didit: ${names.join(', ')}.`,
      place,
    });
  }
  return await askText(`Which connection leads to Didit: ${names.join(', ')}?`, undefined, place, (answer) =>
    names.includes(answer) ? undefined : `Write one of: ${names.join(', ')}.`,
  );
}

/** @throws {Problem} `CHOICE_UNKNOWN`. */
function checkApplications(wanted: readonly string[], { clients }: TenantState): void {
  const known = clients.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw choiceUnknown({ command: 'adopt', what: 'application', wanted: unknown, known });
}

/** @throws {Problem} `ANSWER_NEEDED`, `OPTION_INVALID`. */
async function askFor(options: AdoptOptions, proposal: AdoptProposal): Promise<AdoptAnswers> {
  const answer = async (option: 'namespace' | 'require' | 'mode', question: string): Promise<string> => {
    const given = options[option];
    const proposed = proposal[option];
    if (given !== undefined) return given;
    if (proposed !== undefined && (options.yes || proposal.isAdopted)) return proposed;
    return await askText(question, proposed, { of: 'npm run adopt', option: `--${option}` }, (text) => {
      const fault = faultIn(option, text);
      return (
        fault &&
        `${fault.wrong}.${fault.nearest === undefined ? '' : ` Write "${fault.nearest}" if that is what you mean.`}`
      );
    });
  };
  const namespace = await answer('namespace', 'Which address of yours stands before the name of each claim?');
  const require = await answer(
    'require',
    'What must be true of a person (verified, age_over_18, …, or none)?',
  );
  const mode = await answer(
    'mode',
    'report (everybody gets in, and the log says who would not), enforce or off?',
  );
  for (const [option, text] of [
    ['namespace', namespace],
    ['require', require],
    ['mode', mode],
  ] as const) {
    const fault = faultIn(option, text);
    if (fault === undefined) continue;
    throw new Problem({
      code: 'OPTION_INVALID',
      message: `--${option}: ${fault.wrong}.`,
      place: { of: 'npm run adopt', option: `--${option}` },
      ...(fault.nearest === undefined
        ? {}
        : { remedy: `Write "${fault.nearest}" if that is what you mean.` }),
    });
  }
  return { namespace, require, mode: asMode(mode), applications: options.application };
}

/** What is wrong with an answer, as the setting that it becomes. */
function faultIn(setting: 'namespace' | 'require' | 'mode', text: string): SettingsProblem | undefined {
  // Blanks begin another setting.
  if (/\s/.test(text)) return { key: setting, wrong: 'it is one value, without blanks' };
  const key = setting === 'namespace' ? 'didit_claims' : 'didit_policy';
  return checkSettings('connection', { [key]: `${setting}=${text}` })[0];
}

const asMode = (text: string): AdoptAnswers['mode'] =>
  (['enforce', 'off'] as const).find((mode) => mode === text) ?? 'report';

function describeNext(
  api: Pick<ManagementApi, 'domain'>,
  values: ReadonlyMap<string, string>,
  clientId: string,
  scopes: readonly string[],
): void {
  const missing = ['DIDIT_CLIENT_ID', 'DIDIT_CLIENT_SECRET'].filter(
    (name) => (values.get(name) ?? '') === '',
  );
  const known = clientId !== '' && missing.includes('DIDIT_CLIENT_ID');
  const inUse = known ? safe` (DIDIT_CLIENT_ID=${clientId} is in use)` : safe``;
  print(
    joined([
      safe``,
      safe`${TENANT_FILE} is written; ${api.domain} is not changed.`,
      safe``,
      heading(safe`What next`),
      safe`  git diff ${TENANT_FILE}       what is different from the file of the repository`,
      ...(missing.length === 0
        ? []
        : [safe`  set ${missing.join(' and ')} in .env, from the Didit console${inUse}`]),
      ...(scopes.length === 0
        ? []
        : [safe`  give the client that deploys ${scopes.join(' ')}: tenant.yaml lists organizations`]),
      safe`  npm run plan               our Actions, their client, and your answers`,
    ]),
  );
}
