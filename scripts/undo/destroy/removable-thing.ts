import { nearest } from '../../base/nearest.ts';
import { Problem } from '../../base/problem.ts';
import { isListed } from '../../records/listed-things.ts';
import { originOf } from '../../records/origins.ts';
import type { Identity, Origin } from '../../records/origins.ts';
import { thingsOf } from '../../records/touched-things.ts';
import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import type { ResourceKind } from '../../tenant-model/tenant-model.ts';
import type { TenantState } from '../../tenant-model/tenant-state.ts';

/** What `npm run remove` is told. */
export interface Removable {
  readonly name: string;
  /** Where things of several kinds have the name. */
  readonly kind?: ResourceKind | undefined;
}

interface Known {
  readonly config: TenantConfig;
  readonly state: TenantState;
  readonly origins: readonly Origin[];
  readonly domain: string;
}

/**
 * The one thing that is meant: a deploy from here made it, and `tenant.yaml` no longer lists it.
 *
 * @throws {Problem} `NOT_REMOVABLE`, with what is wrong about it.
 */
export function removableThing({ name, kind }: Removable, known: Known): Identity {
  const { config, state, origins, domain } = known;
  const there = thingsOf(state);
  const meant = there.filter((thing) => thing.name === name && (kind === undefined || thing.kind === kind));
  const removable = (thing: Identity): boolean =>
    !isListed(config, thing) && originOf(origins, thing) === 'made';
  const [thing, another] = meant.filter(removable);
  if (thing !== undefined && another === undefined) return thing;
  const refuse = (message: string, remedy?: string): Problem =>
    new Problem({
      code: 'NOT_REMOVABLE',
      message: `${message} Nothing was changed.`,
      place: { tenant: domain, resource: name },
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (thing !== undefined && another !== undefined) {
    const kinds = [thing, another].map((each) => each.kind).join(' and ');
    throw refuse(`There is more than one "${name}": ${kinds}.`, `Say which one: --kind ${thing.kind}`);
  }
  const [listed] = meant.filter((each) => isListed(config, each));
  if (listed !== undefined) throw refuse(`tenant.yaml still lists ${listed.kind} ${name}.`);
  if (meant.length > 0)
    throw refuse(`No deploy from here made "${name}".`, 'Remove it in the Auth0 dashboard, if it is yours.');
  const suggestion = nearest(
    name,
    there.filter(removable).map((each) => each.name),
  );
  throw refuse(
    `"${name}" is not on the tenant.`,
    suggestion === undefined ? undefined : `Write "${suggestion}" if that is what you mean.`,
  );
}
