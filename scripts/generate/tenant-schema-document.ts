import { TENANT_SCHEMA } from '../tenant-config/tenant-schema.ts';
import { generatedNotice } from './generated-notice.ts';
import { metadataSchema } from '../settings/settings-schema.ts';

/**
 * docs/tenant.schema.json: what editors complete and check `tenant.yaml` with, our settings included.
 * @see https://json-schema.org/draft-07
 */
export function renderTenantSchema(): string {
  const { connections, clients } = TENANT_SCHEMA.properties;
  const withSettings = (item: { readonly properties: object }, key: string, settings: object): object => ({
    ...item,
    properties: { ...item.properties, [key]: { allOf: [Reflect.get(item.properties, key), settings] } },
  });
  return JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: generatedNotice('scripts/tenant-config/tenant-schema.ts and scripts/settings/table.ts'),
    title: 'tenant.yaml of Sign in with Didit',
    ...TENANT_SCHEMA,
    properties: {
      ...TENANT_SCHEMA.properties,
      connections: {
        ...connections,
        items: withSettings(connections.items, 'metadata', metadataSchema('connection')),
      },
      clients: {
        ...clients,
        items: withSettings(clients.items, 'client_metadata', metadataSchema('client')),
      },
    },
  });
}
