import { createHash } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import type { ChangeOptions, DeployChanges } from '../tenant-model/changes.ts';
import { changedThings } from '../tenant-model/changes.ts';
import type { Field, TenantModel } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import type { PreparedDeploy } from './prepare-deploy.ts';

/** What a digest is made of. */
export type DigestedDeploy = Pick<PreparedDeploy, 'changes' | 'state'> & {
  readonly deploy: { readonly options?: ChangeOptions };
};

/**
 * Stands for a whole plan: the tenant's name, all that the plan compares on both sides with the code of Actions, the ids of the
 * things on the tenant and of what runs of them, and what is sent. The same state of tenant and tree always has the same digest,
 * on any machine; of secrets it knows where they come from and why they are sent, never a value.
 *
 * @param domain Of the tenant.
 * @returns 64 hexadecimal digits.
 */
export function deployDigest(domain: string, { changes, state, deploy }: DigestedDeploy): string {
  const { updateSecrets = false, replaceOptions = false } = deploy.options ?? {};
  const content = {
    domain,
    options: { updateSecrets, replaceOptions },
    before: modelIn(changes.before),
    after: modelIn(changes.after),
    sent: sentIn(changes),
    ids: idsIn(state, changes),
  };
  return hashOf(JSON.stringify(content));
}

/**
 * @param expected As `--expect` gives it.
 * @throws {Problem} `PLAN_NOT_EXPECTED`.
 */
export function checkDigest(domain: string, prepared: DigestedDeploy, expected: string): void {
  const digest = deployDigest(domain, prepared);
  if (digest !== expected) {
    throw notExpected(domain, `The plan has the digest ${digest}, and not the one that is expected.`);
  }
}

/** `PLAN_NOT_EXPECTED`: what would be sent is not what was approved. */
export const notExpected = (domain: string, why: string): Problem =>
  new Problem({
    code: 'PLAN_NOT_EXPECTED',
    message: `${why} Nothing was changed.`,
    place: { tenant: domain },
  });

/** In one order, whatever order a tenant answers in. */
const modelIn = ({ resources, flow, stepUp }: TenantModel): unknown => [
  sorted(
    resources.map(({ kind, name, fields }) => [
      [kind, name],
      sorted([...fields].map(([path, field]) => [path, fieldIn(field)])),
    ]),
  ),
  flow.map(({ action, displayName }) => [action, displayName]),
  // Which one a deploy names to the Actions, where several could be it.
  stepUp?.application ?? null,
];

function fieldIn(field: Field): unknown {
  switch (field.kind) {
    case 'value':
      return ['value', field.value];
    case 'set':
      return [
        'set',
        field.ordered === true ? field.items : [...new Set(field.items)].sort(),
        field.first ?? null,
      ];
    case 'settings':
      return ['settings', field.text];
    case 'code':
      return ['code', hashOf(field.text)];
    case 'secret':
      return ['secret', field.from ?? null, field.connection ?? null];
  }
}

const sentIn = (changes: DeployChanges): unknown => ({
  things: sorted(
    changedThings(changes).map(({ kind, name, isNew, fields }) => [kind, name, isNew, [...fields].sort()]),
  ),
  secrets: sorted([
    ...changes.actions.map(({ config: { name }, secrets }) => ['Action', name, secrets ?? null]),
    ...changes.connections.map(({ config: { name }, secret }) => ['connection', name, secret ?? null]),
  ]),
  bindings: changes.bindings?.map(({ action_name, display_name }) => [action_name, display_name]) ?? null,
});

/** Of what the plan compares. A thing that was removed and made again is another one. */
function idsIn(state: TenantState, { before }: DeployChanges): unknown {
  const names = new Set(before.resources.map(({ name }) => name));
  return sorted([
    ...state.clients
      .filter(({ name }) => names.has(name))
      .map(({ client_id, name }) => ['application', client_id, name]),
    ...state.connections.map(({ id, name, enabledClients }) => [
      'connection',
      id,
      name,
      [...enabledClients].sort(),
    ]),
    ...state.actions
      .filter(({ name }) => names.has(name) || state.bindings.some(({ action_name }) => action_name === name))
      .map(({ id, name, deployed, draft }) => [
        'Action',
        id,
        name,
        deployed?.versionId ?? null,
        hashOf(draft.code),
      ]),
    ...state.resourceServers
      .filter(({ identifier }) => names.has(identifier))
      .map(({ id, identifier }) => ['API', id, identifier]),
    ...state.clientGrants.map(({ id, client_id, audience }) => ['grant', id, client_id, audience]),
    ...(state.organizations ?? [])
      .filter(({ name }) => names.has(name))
      .map(({ id, name, grantsOf = [] }) => ['organization', id, name, [...grantsOf].sort()]),
  ]);
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** By their texts. */
const sorted = (items: readonly unknown[]): readonly unknown[] =>
  items
    .map((item) => [JSON.stringify(item), item] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, item]) => item);
