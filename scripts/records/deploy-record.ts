import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { Origin } from './origins.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import type { Snapshot } from './snapshot.ts';
import type { ThingToMake } from './things-to-make.ts';

/** What one import by auth0-deploy-cli is called. */
export type StepName =
  'applications' | 'Actions' | 'connection' | 'organizations' | 'enabled applications' | 'connection options';

/**
 * `applying`: the deploy runs, or was killed. `done`. `put-back`: it failed, and the tenant is as before. `rolled-back`: by
 * `npm run rollback`. `secret-in-doubt`: everything is there, but nobody knows whether the last secret arrived.
 */
export type RecordStatus = 'applying' | 'done' | 'put-back' | 'rolled-back' | 'secret-in-doubt';

/** One deploy: the journal of how far it got, and the snapshot of what was before. It holds no value of a secret. */
export interface DeployRecord {
  readonly version: 1;
  /** Sorts by time. */
  readonly id: string;
  readonly domain: string;
  readonly startedAt: string;
  readonly status: RecordStatus;
  /** Names of the steps (`StepName`) that were begun; all but the last of them are finished. */
  readonly steps: readonly string[];
  /** Connections whose `options` the last step replaces. */
  readonly optionsOf: readonly { readonly name: string; readonly readableChange: boolean }[];
  /** Settings that the deploy changes and whose values no file may hold, in words. Not in records of earlier versions. */
  readonly notKept?: readonly string[];
  readonly snapshot: Snapshot;
  /** The same things as the deploy means to leave them. Not in records of earlier versions of this project. */
  readonly sent?: Snapshot;
  /** What it is to make. Not in records of earlier versions of this project. */
  readonly toMake?: readonly ThingToMake[];
  /** The same things as the deploy left them, once it is done. Not in records of earlier versions of this project. */
  readonly after?: Snapshot;
}

const STATUSES: Readonly<Record<RecordStatus, true>> = {
  applying: true,
  done: true,
  'put-back': true,
  'rolled-back': true,
  'secret-in-doubt': true,
};

/** Whether it is what `DeployRecords.write` writes, as deep as putting back looks into it. */
export const isDeployRecord = (value: unknown): value is DeployRecord =>
  isRecord(value) &&
  value['version'] === 1 &&
  hasTexts(value, 'id', 'domain', 'startedAt', 'status') &&
  Object.hasOwn(STATUSES, String(value['status'])) &&
  isListOf(value['steps'], isText) &&
  isListOf(
    value['optionsOf'],
    (item) => isRecord(item) && isText(item['name']) && typeof item['readableChange'] === 'boolean',
  ) &&
  (value['notKept'] === undefined || isListOf(value['notKept'], isText)) &&
  isSnapshot(value['snapshot']) &&
  isOfSameThings(value['snapshot'], value['sent']) &&
  (value['toMake'] === undefined ||
    isListOf(
      value['toMake'],
      (item) =>
        isRecord(item) &&
        hasTexts(item, 'name') &&
        Object.hasOwn(KINDS, String(item['kind'])) &&
        isRecord(item['fields']),
    )) &&
  isOfSameThings(value['snapshot'], value['after']);

/** Snapshots of one deploy are compared item by item. */
const isOfSameThings = (before: Snapshot, later: unknown): boolean =>
  later === undefined || (isSnapshot(later) && isDeepStrictEqual(namesIn(later), namesIn(before)));

const namesIn = ({ organizations = [], ...snapshot }: Snapshot): unknown => [
  snapshot.resourceServers.map(({ identifier }) => identifier),
  snapshot.clientGrants.map(({ client, audience, subject_type: type }) => [client, audience, type]),
  ...[snapshot.clients, snapshot.actions, snapshot.connections, organizations].map((things) =>
    things.map(({ name }) => name),
  ),
];

const KINDS: Readonly<Record<ResourceKind, true>> = {
  connection: true,
  Action: true,
  grant: true,
  application: true,
  API: true,
  organization: true,
};

/** Whether it is what `DeployRecords.writeOrigins` writes. */
export const isOriginList = (value: unknown): value is readonly Origin[] =>
  isListOf(
    value,
    (item) =>
      isRecord(item) &&
      hasTexts(item, 'name') &&
      Object.hasOwn(KINDS, String(item['kind'])) &&
      (item['origin'] === 'made' || item['origin'] === 'found') &&
      (item['ids'] === undefined || isListOf(item['ids'], isText)),
  );

const isSnapshot = (value: unknown): value is Snapshot =>
  isRecord(value) &&
  isListOf(value['resourceServers'], touched(['identifier'], isResourceServer)) &&
  isListOf(value['clients'], touched(['name'], isClient)) &&
  isListOf(value['clientGrants'], touched(['client', 'audience'], isGrant)) &&
  isListOf(value['actions'], touched(['name'], isAction)) &&
  isListOf(value['connections'], touched(['name'], isConnection)) &&
  (value['organizations'] === undefined ||
    isListOf(value['organizations'], touched(['name'], isOrganization))) &&
  (value['bindings'] === undefined || isListOf(value['bindings'], isBinding)) &&
  (value['renamed'] === undefined || isListOf(value['renamed'], isRenamed)) &&
  isListOf(value['ownActions'], isText);

type Check = (value: unknown) => boolean;

/** Something that a deploy touches, with what it was before where it was there. */
const touched =
  (names: readonly string[], isBefore: (value: JsonRecord) => boolean): Check =>
  (value) =>
    isRecord(value) &&
    hasTexts(value, ...names) &&
    (value['before'] === undefined || (isRecord(value['before']) && isBefore(value['before'])));

const isResourceServer = (value: JsonRecord): boolean =>
  hasTexts(value, 'id', 'identifier') && isRecord(value['settings']);

const isClient = (value: JsonRecord): boolean => hasTexts(value, 'client_id') && isRecord(value['settings']);

const isGrant = (value: JsonRecord): boolean =>
  hasTexts(value, 'id', 'client_id', 'audience') &&
  isListOf(value['scope'], isText) &&
  isRecord(value['settings']);

const isAction = (value: JsonRecord): boolean =>
  hasTexts(value, 'id', 'name') &&
  isContent(value['draft']) &&
  (value['deployed'] === undefined ||
    (isContent(value['deployed']) && hasTexts(value['deployed'], 'versionId')));

const isContent = (value: unknown): value is JsonRecord =>
  isRecord(value) &&
  hasTexts(value, 'code', 'runtime') &&
  isListOf(value['dependencies'], isRecord) &&
  isListOf(value['secrets'], isRecord);

const isConnection = (value: JsonRecord): boolean =>
  hasTexts(value, 'id', 'name') &&
  isRecord(value['options']) &&
  isRecord(value['metadata']) &&
  isRecord(value['settings']) &&
  isListOf(value['enabledClients'], isText);

const isOrganization = (value: JsonRecord): boolean =>
  hasTexts(value, 'id', 'name') &&
  isRecord(value['settings']) &&
  isListOf(value['connections'], (item) => isRecord(item) && hasTexts(item, 'name'));

const isRenamed: Check = (value) =>
  isRecord(value) &&
  (value['kind'] === 'Action' || value['kind'] === 'application') &&
  hasTexts(value, 'id', 'from', 'to');

const isBinding: Check = (value) => isRecord(value) && isText(value['action_name']);

const isText = (value: unknown): value is string => typeof value === 'string';

const isListOf = (value: unknown, check: Check): boolean => Array.isArray(value) && value.every(check);

const hasTexts = (value: JsonRecord, ...names: readonly string[]): boolean =>
  names.every((name) => isText(value[name]));
