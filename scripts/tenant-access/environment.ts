import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvironmentFile } from './environment-file.ts';
import { diskErrorOf } from '../base/disk-error.ts';
import { nearest } from '../base/nearest.ts';
import { diskProblem, Problem, Problems, problemsIn } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { IDS_AND_SECRETS } from '../secrets/variables.ts';
import { hostOf } from './target.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables a command works with. Empty values count as unset (an unset secret of a CI service arrives as an empty
 * string).
 *
 * Without a name: `.env` of the project, overridden by the environment, but never credentials of the one for a tenant of the
 * other. With a name: `.env.NAME` and the environment, which must not say different things, and the file has to name the tenant:
 * one that somebody names is never another one by mistake. Credentials come from one of the two.
 *
 * @param name As `--env` gives it.
 * @param root Absolute path of the folder with the files. Default: the project's root.
 * @throws {Problem} `ENV_NAME_INVALID`, `ENV_FILE_MISSING`, `ENV_FILE_UNREADABLE`, `ENV_TENANT_MISSING`, `ENV_AMBIGUOUS`.
 * @throws {Problems} `ENV_FILE_LINE`; `VARIABLE_VALUE` for ids and secrets that cannot be any, and where certificates count for
 *   nothing.
 */
export function readEnvironment(
  name: string | undefined,
  environment: Variables = process.env,
  root: string = PROJECT_ROOT,
): ReadonlyMap<string, string> {
  const fromFile = setOnes(readEnvFile(environmentFile(name), name, root));
  if (name !== undefined && !fromFile.has('AUTH0_DOMAIN')) throw tenantMissing(`.env.${name}`);
  const fromEnvironment = setOnes(environment);
  const different = [...fromFile].flatMap(([variable, value]) =>
    isSame(variable, fromEnvironment.get(variable) ?? value, value) ? [] : [variable],
  );
  if (name !== undefined && different.length > 0) {
    throw new Problem({
      code: 'ENV_AMBIGUOUS',
      message: `${different.join(', ')}: .env.${name} and the environment have different values.`,
      place: { variable: different.join(', '), from: `.env.${name}` },
      remedy: `Unset ${different.length === 1 ? 'it' : 'them'} in the environment, or remove ${different.length === 1 ? 'it' : 'them'} from the file.`,
    });
  }
  if (name === undefined) checkTenant(fromFile, fromEnvironment);
  else checkCredentials(fromFile, fromEnvironment, `.env.${name}`);
  const variables = new Map([...fromFile, ...fromEnvironment]);
  // The local tenant has its own.
  if (variables.has('AUTH0_DOMAIN')) {
    checkIdsAndSecrets(variables, environmentFile(name));
    checkTrust(environment);
  }
  return variables;
}

/**
 * With this switch, Node talks to whoever answers in the tenant's name, and tells them the credentials. Only in the environment:
 * from a file, Node does not read it.
 * @see https://nodejs.org/docs/latest-v22.x/api/cli.html#node_tls_reject_unauthorizedvalue
 */
function checkTrust(environment: Variables): void {
  const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (environment[variable] !== '0') return;
  throw new Problem({
    code: 'VARIABLE_VALUE',
    message: `${variable}=0 lets anybody answer in the tenant's name, and get the credentials.`,
    place: { variable, from: 'environment of your shell' },
    remedy: `Unset ${variable}. Where a company proxy has a certificate of its own, set NODE_EXTRA_CA_CERTS to the PEM file of its authority.`,
  });
}

/**
 * What OAuth lets ids, secrets and tokens consist of. A line break at the end, as a CI service keeps it of a file, or a mark that
 * nobody sees, as it comes with a copied text, would be sent along, and nobody could sign in any more.
 * @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A
 */
const ID_OR_SECRET = /^[\x21-\x7E](?:[\x20-\x7E]*[\x21-\x7E])?$/;

function checkIdsAndSecrets(variables: ReadonlyMap<string, string>, file: string): void {
  Problems.throwIfAny(
    IDS_AND_SECRETS.filter((variable) => !ID_OR_SECRET.test(variables.get(variable) ?? 'unset')).map(
      (variable) =>
        new Problem({
          code: 'VARIABLE_VALUE',
          message: `The value of ${variable} has a blank or a line break at its ends, or characters that no id, secret or token has.`,
          place: { variable, from: `environment or ${file}` },
          remedy: `Set ${variable} to the value alone. A copied text often brings along what nobody sees.`,
        }),
    ),
  );
}

/**
 * Values that are secret on this machine, for what must not print them and needs none of them: of the environment, of `.env` and
 * of every `.env.NAME`. A file that cannot be read holds nothing that a command could have taken from it.
 *
 * @param isSecret Told the name of a variable.
 * @param root As for `readEnvironment`.
 */
export function secretsAtHand(
  isSecret: (variable: string) => boolean,
  environment: Variables = process.env,
  root: string = PROJECT_ROOT,
): readonly string[] {
  const ofFiles = ['.env', ...namedFiles(root)].map((file): Variables => {
    try {
      return readEnvFile(file, undefined, root);
    } catch (error) {
      if (problemsIn(error).length === 0) throw error;
      return {};
    }
  });
  return [environment, ...ofFiles].flatMap((variables) =>
    [...setOnes(variables)].flatMap(([variable, value]) => (isSecret(variable) ? [value] : [])),
  );
}

/** How a command proves itself to a tenant: in one way, and a token goes before the other two. */
const CREDENTIALS = ['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET', 'AUTH0_ACCESS_TOKEN'] as const;

/** Two ways to write one host are no difference. */
const isSame = (variable: string, one: string, other: string): boolean =>
  one === other ||
  (variable === 'AUTH0_DOMAIN' && hostOf(one) !== undefined && hostOf(one) === hostOf(other));

/**
 * Credentials of `.env` are of the tenant of `.env`: another one that the shell names would get them. Nor does that of `.env` get
 * a token that is left in the shell. Who takes tenant and credentials from the shell, or the tenant alone from the file, has said
 * it all.
 */
function checkTenant(
  fromFile: ReadonlyMap<string, string>,
  fromEnvironment: ReadonlyMap<string, string>,
): void {
  const [ofFile, ofShell] = [fromFile.get('AUTH0_DOMAIN'), fromEnvironment.get('AUTH0_DOMAIN')];
  const hasToken = fromEnvironment.has('AUTH0_ACCESS_TOKEN');
  if (ofShell === undefined || isSame('AUTH0_DOMAIN', ofShell, ofFile ?? '')) {
    if (hasToken && ofFile !== undefined)
      checkCredentials(
        fromFile,
        new Map([...fromEnvironment].filter(([variable]) => variable === 'AUTH0_ACCESS_TOKEN')),
        '.env',
      );
    return;
  }
  const used = hasToken || fromFile.has('AUTH0_ACCESS_TOKEN') ? ['AUTH0_ACCESS_TOKEN'] : CREDENTIALS;
  const ofAnother = used.filter((variable) => fromFile.has(variable) && !fromEnvironment.has(variable));
  if (ofAnother.length === 0) return;
  throw new Problem({
    code: 'ENV_AMBIGUOUS',
    message: `AUTH0_DOMAIN is set in the environment, while ${ofAnother.join(', ')} would come from .env, which ${ofFile === undefined ? 'names no tenant' : 'names another tenant'}.`,
    place: { variable: 'AUTH0_DOMAIN', from: '.env' },
    remedy: `Unset AUTH0_DOMAIN in the environment, set the credentials there too, or put all of them into a file of their own for --env.`,
  });
}

/** What is left in a shell from another tenant must not be sent to this one because its file has credentials of another kind. */
function checkCredentials(
  fromFile: ReadonlyMap<string, string>,
  fromEnvironment: ReadonlyMap<string, string>,
  file: string,
): void {
  const own = CREDENTIALS.filter((variable) => fromFile.has(variable));
  const foreign = CREDENTIALS.filter(
    (variable) => fromEnvironment.has(variable) && !fromFile.has(variable),
  ).join(', ');
  if (own.length === 0 || foreign === '') return;
  throw new Problem({
    code: 'ENV_AMBIGUOUS',
    message: `${foreign}: set in the environment, while ${file} has credentials too (${own.join(', ')}). They may be of different tenants.`,
    place: { variable: foreign, from: file },
    remedy: `Unset ${foreign} in the environment, or take all of ${CREDENTIALS.join(', ')} from one place.`,
  });
}

/**
 * The file that `--env NAME` means: `.env.NAME` of the project, and `.env` without a name.
 *
 * @throws {Problem} `ENV_NAME_INVALID`.
 */
export function environmentFile(name: string | undefined): string {
  if (name === undefined) return '.env';
  if (/^[\w-]+$/.test(name)) return `.env.${name}`;
  throw new Problem({
    code: 'ENV_NAME_INVALID',
    message: `"${name}" is not a name for --env.`,
  });
}

function setOnes(variables: Variables): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && value !== '') set.set(name, value);
  return set;
}

const tenantMissing = (file: string): Problem =>
  new Problem({
    code: 'ENV_TENANT_MISSING',
    message: `${file} does not say which tenant it is for.`,
    place: { variable: 'AUTH0_DOMAIN', from: file },
  });

const readEnvFile = (file: string, name: string | undefined, root: string): Variables => {
  const text = readText(file, name, root);
  return text === undefined ? {} : parseEnvironmentFile(text, file);
};

/** `undefined` where there is no file and need not be one. */
function readText(file: string, name: string | undefined, root: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (cause) {
    const isMissing = diskErrorOf(cause)?.name === 'ENOENT';
    if (isMissing && name === undefined) return undefined;
    throw isMissing
      ? new Problem({
          code: 'ENV_FILE_MISSING',
          message: `${file} does not exist.`,
          place: { file },
          remedy: missingFileRemedy(file, root),
        })
      : diskProblem({
          code: 'ENV_FILE_UNREADABLE',
          file,
          what: 'The file with the variables cannot be read',
          cause,
        });
  }
}

/** A name that was mistyped is the likeliest reason: the files that are there say so. */
function missingFileRemedy(file: string, root: string): string {
  const there = namedFiles(root);
  const names = there.map((name) => name.slice('.env.'.length));
  const suggestion = nearest(file.slice('.env.'.length), names);
  return [
    ...(suggestion === undefined ? [] : [`Write --env ${suggestion} if that is what you mean.`]),
    ...(names.length === 0 ? [] : [`There are: ${there.join(', ')}.`]),
    `${there.length === 0 ? 'Copy' : 'Or copy'} .env.example to ${file} and fill it in.`,
  ].join(' ');
}

const namedFiles = (root: string): readonly string[] =>
  readdirSync(root).filter((name) => /^\.env\.[\w-]+$/.test(name) && name !== '.env.example');
