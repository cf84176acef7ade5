import type { Json, JsonObject } from '../base/json-values.ts';
import type { TenantContext } from './context.ts';
import { collectionsOf } from './store/collections.ts';

/** Fields that every entry of the tenant's log has, and what they are where an event has no such thing. */
const FIELDS: JsonObject = {
  ...{
    description: null,
    connection: null,
    connection_id: null,
    organization_id: null,
    organization_name: null,
  },
  ...{ client_id: null, client_name: null, ip: '127.0.0.1', hostname: null, details: null, user_id: null },
  ...{ user_name: null, user_agent: '', audience: null, scope: null, strategy: null, strategy_type: null },
  ...{ isMobile: false, location_info: null },
};

/** How many events are kept; a tenant in the cloud keeps those of some days. */
const MAX_EVENTS = 10_000;

/** The oldest events go once in so many. */
const EVENTS_BETWEEN_TIDYING = 500;

let noted = 0;
let last = '';

/** An id in the service's form: ids of later events are greater. */
function nextId(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/\D/g, '');
  const id = `900${time}${'0'.repeat(36)}`;
  last = id > last ? id : String(BigInt(last) + 1n);
  return last;
}

/**
 * Notes an event in the tenant's log: `s` for a login, `f` for one that failed, `sapi` for a change by the Management API.
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
 */
export function noteEvent(
  context: TenantContext,
  type: string,
  fields: Readonly<Record<string, Json | undefined>>,
): void {
  const id = nextId(context.now());
  const given = Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined),
  );
  const logs = collectionsOf(context.store).things('/logs');
  logs.put(id, {
    _id: id,
    log_id: id,
    date: new Date(context.now()).toISOString(),
    type,
    ...FIELDS,
    ...given,
  });
  noted += 1;
  if (noted % EVENTS_BETWEEN_TIDYING === 0) logs.keepNewest(MAX_EVENTS);
}
