import { createHash } from 'node:crypto';
import { refreshTokensOf } from '../auth0/service-defaults.ts';
import { recordOf, recordsOf, textOf, without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { currentName } from '../tenant-model/changes.ts';
import type { DeployChanges } from '../tenant-model/changes.ts';
import { grantNameOf } from '../tenant-model/model-from-config.ts';
import { sameMeaning, sameScopes, sameToTheService } from '../tenant-model/same-meaning.ts';
import { publicMetadata, withoutSecretParts } from '../tenant-model/secret-paths.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import { readableOptions } from './snapshot.ts';
import type { Thing } from './touched-things.ts';

/**
 * Something that a deploy is about to make, as it sends it. Of a deploy that was killed, this tells what it has made from what
 * somebody else has made under the same name: nobody knows the ids. It holds no value of a secret.
 */
export interface ThingToMake {
  readonly kind: ResourceKind;
  /** As in a snapshot. */
  readonly name: string;
  /** Settings under the Management API's names; of an Action, the SHA-256 of its code. */
  readonly fields: JsonRecord;
}

/** @param codeOf The code of an Action. */
export function thingsToMake(
  changes: DeployChanges,
  codeOf: (actionName: string) => string | undefined,
): readonly ThingToMake[] {
  const made = <Config extends object>(
    changed: readonly { readonly isNew: boolean; readonly config: Config }[],
    thing: (config: Config) => ThingToMake,
  ): readonly ThingToMake[] => changed.filter(({ isNew }) => isNew).map(({ config }) => thing(config));
  const settings = (kind: ResourceKind, config: object, left: readonly string[]): JsonRecord =>
    withoutSecretParts(kind, without({ ...config }, left));
  return [
    ...made(changes.resourceServers, (config) => ({
      kind: 'API',
      name: config.identifier,
      fields: settings('API', config, ['identifier']),
    })),
    ...made(changes.clients, (config) => ({
      kind: 'application',
      name: config.name,
      fields: settings('application', config, ['name', 'formerly']),
    })),
    ...made(changes.clientGrants, (config) => ({
      kind: 'grant',
      name: grantNameOf(config),
      fields: settings('grant', config, ['client_id', 'audience', 'subject_type']),
    })),
    ...made(changes.actions, ({ name }) => ({
      kind: 'Action',
      name,
      fields: { sha256: digestOf(codeOf(name) ?? '') },
    })),
    ...made(changes.connections, ({ name, options, metadata = {}, ...config }) => ({
      kind: 'connection',
      name,
      fields: {
        ...without({ ...config }, ['enabled_clients']),
        metadata: publicMetadata('connection', 'metadata', metadata),
        options: readableOptions({ ...options }),
      },
    })),
    ...made(changes.organizations, (config) => ({
      kind: 'organization',
      name: config.name,
      // Its connections come after it.
      fields: settings('organization', config, ['name', 'connections', 'client_grants']),
    })),
  ];
}

/** Whether something on a tenant can be what the deploy has made. */
export function isAsSent({ kind, name, fields }: ThingToMake, thing: Thing): boolean {
  if (kind !== thing.kind || name !== thing.name) return false;
  if (kind === 'Action') {
    const { code, draft } = thing.fields;
    return [code, recordOf(draft)['code']].some((each) => digestOf(textOf(each)) === fields['sha256']);
  }
  const at = { kind, name, refreshTokens: refreshTokensOf(thing.fields) };
  const isSame = (path: string, sent: unknown, is: unknown): boolean => {
    if (path === 'scope' || path === 'options.scope') return sameScopes(sent, is);
    if (path === 'scopes') return sameMeaning(valuesOf(sent), valuesOf(is));
    return path === 'options'
      ? Object.entries(recordOf(sent)).every(([option, value]) =>
          isSame(`options.${option}`, value, recordOf(is)[option]),
        )
      : sameToTheService(at, path, sent, is);
  };
  return Object.entries(fields).every(([field, sent]) => {
    const path = currentName(field);
    return isSame(path, sent, thing.fields[path]);
  });
}

/** Of an API, in whatever order it has them. */
const valuesOf = (scopes: unknown): readonly string[] => recordsOf(scopes).map(({ value }) => textOf(value));

const digestOf = (code: string): string => createHash('sha256').update(code).digest('hex');
