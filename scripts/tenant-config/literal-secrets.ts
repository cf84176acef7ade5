import { isUrl } from '../base/is-url.ts';
import { isRecord, textOf } from '../base/json-values.ts';
import { hideCredentials, hideUrlSecrets } from '../secrets/secret-in-url.ts';
import { isSecretName, looksLikeCredential } from '../secrets/secret-options.ts';
import { isSecretSink, SECRET_SINKS_IN_WORDS } from '../secrets/secret-sinks.ts';
import { Problem } from '../base/problem.ts';
import { holdsMarker } from './markers.ts';
import { MADE_BY_THE_DEPLOY } from './placeholders.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { DIDIT_CONNECTION, DIDIT_RECORD_KEY } from './tenant-config.ts';

type Path = readonly (string | number)[];

/** A text of the file; `within` is what it stands in. */
interface Text {
  readonly path: Path;
  readonly text: string;
  readonly within: unknown;
}

/**
 * `SECRET_IN_FILE` for each secret that stands in the file itself, where everybody reads it who may read the repository, for as
 * long as its history is kept: where secrets go, under a name that says so, and what is a credential or an address with one
 * wherever it stands. What an Action is told as a "secret" and is a setting (`DIDIT_CONNECTION`, `DIDIT_RECORD_KEY`) may stand
 * there.
 */
export const literalSecrets = (tenantFile: TenantFile): readonly Problem[] =>
  textsIn(tenantFile.data, [], undefined).flatMap(({ path, text, within }) => {
    if (text === '' || holdsMarker(text)) return [];
    if (isSecretSink(path)) {
      const name = sinkName(path, within);
      if (name === undefined) return [];
      return [secretInFile(tenantFile, path, name, placeholderRemedy(variableOf(name)))];
    }
    const secret = path.find(saysSecret);
    // Those two sections hold names of secrets, not values, wherever it is no sink.
    const isNamed = secret !== undefined && path[0] !== 'actions' && path[0] !== 'variables';
    if (!isNamed && !isCredential(text)) return [];
    return [
      secretInFile(
        tenantFile,
        path,
        String((isNamed ? secret : path.findLast((step) => typeof step === 'string')) ?? ''),
        `Take it out, and replace it: the history keeps it. Secrets go only to ${SECRET_SINKS_IN_WORDS}, as '##NAME##'.`,
      ),
    ];
  });

function textsIn(value: unknown, path: Path, within: unknown): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value, within }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index], value));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => textsIn(child, [...path, name], value));
}

/** What it is called there; `undefined` of a setting that is no secret. A secret of an Action stands beside its name. */
function sinkName(path: Path, within: unknown): string | undefined {
  if (path.at(0) !== 'actions') return textOf(path.at(-1));
  const name = isRecord(within) ? textOf(within['name']) : '';
  return isSecretName(name) && !SETTINGS.includes(name) ? name : undefined;
}

const SETTINGS: readonly string[] = [DIDIT_CONNECTION, DIDIT_RECORD_KEY];

/** Narrower than what is hidden in a plan: to be hidden by mistake does no harm, to be refused does. */
const saysSecret = (name: string | number): boolean => /secret|passw/i.test(String(name));

/** An address is one with a name and a password in it, or a parameter that is named like a secret. */
const isCredential = (text: string): boolean =>
  looksLikeCredential(text) ||
  hideCredentials(text) !== text ||
  (isUrl(text) && hideUrlSecrets(text) !== text);

/** Names of secrets may hold what those of variables may not. */
const variableOf = (name: string): string =>
  name === 'client_secret' ? 'DIDIT_CLIENT_SECRET' : name.replace(/\W+/g, '_').toUpperCase();

const placeholderRemedy = (variable: string): string =>
  MADE_BY_THE_DEPLOY.includes(variable)
    ? `Write '##${variable}##': the deploy makes the value, and no variable has to be set.`
    : `Write '##${variable}##' and set ${variable} in the environment or in your .env file. If tenant.yaml was committed, replace the secret: the history keeps the old one.`;

/** Never with the value. */
const secretInFile = (tenantFile: TenantFile, path: Path, name: string, remedy: string): Problem =>
  new Problem({
    code: 'SECRET_IN_FILE',
    message: `The file holds the value of ${name}. A secret must be a placeholder here.`,
    place: placeOf(tenantFile, path),
    remedy,
  });
