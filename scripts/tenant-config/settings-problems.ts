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
  for (const { application, holders, scopes, enabled } of logins(config)) {
    // What some of them will be is not known yet, and the rest says nothing without it.
    if (holders.some(({ metadata }) => Object.values(metadata).some(holdsMarker))) continue;
    const textsAt = (level: Level): SettingsHolder['metadata'] =>
      holders.find((holder) => holder.level === level)?.metadata ?? {};
    for (const { key, setting, wrong, write } of checkTogether({
      connection: textsAt('connection'),
      client: textsAt('client'),
      organization: textsAt('organization'),
      scopes,
    })) {
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

/** Whose settings come together in a login, of all that the file tells of: connection, application, organization. */
function logins(config: TenantConfig): readonly {
  readonly application: string;
  readonly holders: readonly SettingsHolder[];
  readonly scopes: readonly string[] | undefined;
  readonly enabled: Path;
}[] {
  const all = settingsHolders(config);
  return config.connections.flatMap(({ name, enabled_clients: names = [], options }, index) => {
    const connection = all.filter((holder) => holder.level === 'connection' && holder.name === name);
    const organizations = (config.organizations ?? [])
      .filter(({ connections }) => connections?.some((one) => one.name === name) ?? true)
      .flatMap((one) => all.filter((holder) => holder.level === 'organization' && holder.name === one.name));
    return names.flatMap((application) => {
      const client = all.filter((holder) => holder.level === 'client' && holder.name === application);
      const takesOrganizations = config.clients.some(
        ({ name: listed, organization_usage: usage = 'deny' }) => listed === application && usage !== 'deny',
      );
      return [[], ...(takesOrganizations ? organizations.map((one) => [one]) : [])].map((organization) => ({
        application,
        holders: [...connection, ...client, ...organization],
        scopes: scopesOf(options),
        enabled: ['connections', index, 'enabled_clients'],
      }));
    });
  });
}

/** The scopes that a connection asks for, written as one text or as a list; `undefined` where a placeholder is among them. */
function scopesOf(options: TenantConfig['connections'][number]['options']): readonly string[] | undefined {
  const scopes = [options['scope']]
    .flat()
    .join(' ')
    .split(/[\s,]+/);
  return scopes.some(holdsMarker) ? undefined : scopes;
}
