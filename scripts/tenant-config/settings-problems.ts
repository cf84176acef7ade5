import { isUrl } from '../base/is-url.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import { checkTogether } from '../settings/check-together.ts';
import { checkSettings } from '../settings/check.ts';
import { DIDIT_SCOPES } from '../settings/didit-scopes.ts';
import { nearest } from '../base/nearest.ts';
import type { SettingsProblem } from '../settings/check.ts';
import { Problem } from '../base/problem.ts';
import type { Finding, Path } from './finding.ts';
import { placeOf } from './place-of.ts';
import { holdsMarker } from './markers.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { settingsHolders } from './tenant-config.ts';
import type { SettingsHolder, TenantConfig } from './tenant-config.ts';

/**
 * What is wrong with our settings in metadata, one by one (`SETTING_INVALID`) and seen together (`SETTINGS_CONTRADICT`): for each
 * application that a connection is enabled for, and for each organization in which people sign in to it.
 */
export function settingsFindings(tenantFile: TenantFile, config: TenantConfig): readonly Finding[] {
  const one = (path: Path, problems: readonly SettingsProblem[]): readonly Finding[] =>
    problems.map(({ key, setting, wrong, nearest, example }) => ({
      paths: [[...path, key]],
      problem: new Problem({
        code: 'SETTING_INVALID',
        message: `${setting === undefined ? key : `${setting} of ${key}`}: ${wrong}.`,
        place: placeOf(tenantFile, [...path, key]),
        ...remedyOf(nearest, example),
      }),
    }));
  const invalid = settingsHolders(config).flatMap(({ level, path, metadata }) =>
    one(path, checkSettings(level, known(metadata))),
  );
  const scopes = scopeFindings(tenantFile, config);
  // What cannot be read alone says nothing together.
  return invalid.length + scopes.length > 0 ? [...invalid, ...scopes] : contradictions(tenantFile, config);
}

function remedyOf(nearest: string | undefined, example: string | undefined): { readonly remedy?: string } {
  if (nearest === undefined && example === undefined) return {};
  const meant = nearest === undefined ? '' : `Write "${nearest}" if that is what you mean. `;
  return {
    remedy: `${meant}${example === undefined ? '' : `For example: ${example}. `}docs/settings.md lists every setting.`,
  };
}

/** Hosts whose scopes are known. */
const DIDIT_HOST = /(?:^|\.)didit\.me$/;

/** Scopes that Didit does not have: it refuses every login that asks for one, and every login without `openid`. */
function scopeFindings(tenantFile: TenantFile, config: TenantConfig): readonly Finding[] {
  const known = Object.keys(DIDIT_SCOPES);
  return config.connections.flatMap(({ name, options }, index) => {
    const scopes = scopesOf(options);
    const url = options['authorizationURL'];
    const isDidit = typeof url === 'string' && isUrl(url) && DIDIT_HOST.test(new URL(url).hostname);
    if (!isDidit || scopes === undefined) return [];
    const path: Path = ['connections', index, 'options', 'scope'];
    const finding = (message: string, remedy: string): Finding => ({
      paths: [path],
      problem: new Problem({ code: 'TENANT_FILE_VALUE', message, place: placeOf(tenantFile, path), remedy }),
    });
    const written = [options['scope']].flat().join(' ');
    if (written.includes(',')) {
      return [
        finding(
          `The scope of connection "${name}" has commas: Didit takes them for a part of the scope's name.`,
          `Write blanks instead: \`scope: ${scopes.filter((scope) => known.includes(scope)).join(' ')}\`.`,
        ),
      ];
    }
    return [
      ...scopes
        .filter((scope) => scope !== '' && !known.includes(scope))
        .map((scope) => {
          const suggestion = nearest(scope, known);
          return finding(
            `Didit has no scope "${scope}" (scope of connection "${name}"), and refuses every login that asks for it.`,
            `${suggestion === undefined ? '' : `Write "${suggestion}" if that is what you mean. `}Didit has: ${known.join(', ')}.`,
          );
        }),
      ...(scopes.includes('openid')
        ? []
        : [
            finding(
              `The scope of connection "${name}" lacks openid: Didit refuses every login without it.`,
              'Write openid first, such as: openid names is_verified.',
            ),
          ]),
    ];
  });
}

/** Without what a placeholder still stands for. */
const known = (metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => !holdsMarker(value)));

function contradictions(tenantFile: TenantFile, config: TenantConfig): readonly Finding[] {
  const found = new Map<string, Finding>();
  const judge = judgeOnce();
  for (const login of logins(config)) {
    const { application, holders, enabled } = login;
    for (const { key, setting, wrong, write } of judge(login)) {
      // The last level that says something of it.
      const where = holders.findLast(({ metadata }) => key in metadata) ?? holders[0];
      if (where === undefined) continue;
      const path: Path = [...where.path, key];
      const subject = setting === undefined ? key : `${setting} of ${key}`;
      const organization = holders.find(({ level }) => level === 'organization');
      const whose = [
        `application ${application}`,
        ...(organization === undefined ? [] : [`organization ${organization.name}`]),
      ];
      const name = [...path, subject, wrong].join('\n');
      // The same finding at the connection comes up for each of its applications, and in each of their organizations.
      if (organization !== undefined && found.has(name)) continue;
      found.set(name, {
        paths: [path, ...holders.map((holder) => holder.path), enabled],
        problem: new Problem({
          code: 'SETTINGS_CONTRADICT',
          message: `${subject}: ${wrong} (${whose.join(', ')}).`,
          place: placeOf(tenantFile, path),
          ...(write === undefined ? {} : { remedy: `Write ${write}.` }),
        }),
      });
    }
  }
  return [...found.values()];
}

type Judge = (login: Pick<Login, 'holders' | 'scopes'>) => ReturnType<typeof checkTogether>;

/**
 * What settings come to together: thousands of applications and organizations meet in millions of logins, and most of them say
 * the same.
 */
function judgeOnce(): Judge {
  const judged = new Map<string, ReturnType<Judge>>();
  return ({ holders, scopes }) => {
    // What some of them will be is not known yet, and the rest says nothing without it.
    if (holders.some(({ metadata }) => Object.values(metadata).some(holdsMarker))) return [];
    const texts = Object.fromEntries(holders.map(({ level, metadata }) => [level, metadata]));
    const { connection = {}, client = {}, organization = {} } = texts;
    const name = JSON.stringify([connection, client, organization, scopes]);
    const problems = judged.get(name) ?? checkTogether({ connection, client, organization, scopes });
    judged.set(name, problems);
    return problems;
  };
}

interface Login {
  readonly application: string;
  readonly holders: readonly SettingsHolder[];
  readonly scopes: readonly string[] | undefined;
  readonly enabled: Path;
}

/**
 * Whose settings come together in a login, of all that the file tells of: connection, application, organization. Organizations
 * without a policy are left out: what is wrong in them is wrong without them, too.
 */
function* logins(config: TenantConfig): Generator<Login> {
  const all = Map.groupBy(settingsHolders(config), ({ level, name }) => `${level} ${name}`);
  const holdersOf = (level: Level, name: string): readonly SettingsHolder[] =>
    all.get(`${level} ${name}`) ?? [];
  const takeOrganizations = new Set(
    config.clients.flatMap(({ name, organization_usage: usage = 'deny' }) =>
      usage === 'deny' ? [] : [name],
    ),
  );
  for (const [index, { name, enabled_clients: names = [], options }] of config.connections.entries()) {
    const connection = holdersOf('connection', name);
    const organizations = (config.organizations ?? [])
      .filter(({ connections }) => connections?.some((one) => one.name === name) ?? true)
      .flatMap((one) => holdersOf('organization', one.name))
      .filter(({ metadata }) => 'didit_policy' in metadata);
    const scopes = scopesOf(options);
    const enabled = ['connections', index, 'enabled_clients'];
    for (const application of names) {
      const holders = [...connection, ...holdersOf('client', application)];
      yield { application, holders, scopes, enabled };
      if (!takeOrganizations.has(application)) continue;
      for (const organization of organizations)
        yield { application, holders: [...holders, organization], scopes, enabled };
    }
  }
}

/** The scopes that a connection asks for, written as one text or as a list; `undefined` where a placeholder is among them. */
function scopesOf(options: TenantConfig['connections'][number]['options']): readonly string[] | undefined {
  const scopes = [options['scope']]
    .flat()
    .join(' ')
    .split(/[\s,]+/);
  return scopes.some(holdsMarker) ? undefined : scopes;
}
