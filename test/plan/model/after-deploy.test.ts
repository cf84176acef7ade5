import { describe, expect, test } from 'vitest';
import { diffModels } from '../../../scripts/plan/diff/diff-models.ts';
import { afterDeploy } from '../../../scripts/plan/model/after-deploy.ts';
import { resourceIn } from '../../../scripts/plan/model/tenant-model.ts';
import type { Field, ResourceKind, TenantModel } from '../../../scripts/plan/model/tenant-model.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const wanted = sample().model;

/** What a deploy changes on a tenant that has all that the file asks for, and one setting more. */
function changesWith(
  kind: ResourceKind,
  name: string,
  path: string,
  value: Field,
  ...edits: readonly Edit[]
): readonly string[] {
  const asked = edits.length === 0 ? wanted : sample(...edits).model;
  const tenant: TenantModel = {
    ...asked,
    resources: asked.resources.map((resource) =>
      resource.kind === kind && resource.name === name
        ? { ...resource, fields: new Map([...resource.fields, [path, value]]) }
        : resource,
    ),
  };
  expect(tenant).not.toEqual(asked);
  return diffModels({ before: tenant, after: afterDeploy(tenant, asked) }).map(
    (change) => `${change.path ?? ''} ${change.after === undefined ? 'erased' : 'changed'}`,
  );
}

const text = (value: string): Field => ({ kind: 'value', value });

describe('what only the tenant has', () => {
  test('is erased from the options of a connection, which are replaced whole', () => {
    expect(changesWith('connection', 'didit', 'options.icon_url', text('https://example.com/i.png'))).toEqual([
      'options.icon_url erased',
    ]);
    expect(changesWith('connection', 'didit', 'options.upstream_params.hint.alias', text('login_hint'))).toEqual([
      'options.upstream_params.hint.alias erased',
    ]);
  });

  test("is erased from a connection's metadata where the file has any", () => {
    expect(changesWith('connection', 'didit', 'metadata.other_team', text('yes'))).toEqual([
      'metadata.other_team erased',
    ]);
  });

  test('is erased as a display name that the file does not mention: it falls back to the name', () => {
    const edit: Edit = ['    display_name: Didit\n', ''];
    expect(changesWith('connection', 'didit', 'display_name', text('Sign in with Didit'), edit)).toEqual([
      'display_name erased',
    ]);
    expect(changesWith('connection', 'didit', 'display_name', text('didit'), edit)).toEqual([]);
  });

  test('is erased from the secrets of an Action, which are replaced whole', () => {
    expect(changesWith('Action', 'didit-claims', 'secrets.FORGOTTEN', { kind: 'secret' })).toEqual([
      'secrets.FORGOTTEN erased',
    ]);
  });

  test('falls back to the default in a refresh token policy, and is no change where it is the default', () => {
    const leeway = (value: number): readonly string[] =>
      changesWith('application', 'Didit Sample Application', 'refresh_token.leeway', { kind: 'value', value });
    expect(leeway(30)).toEqual(['refresh_token.leeway erased']);
    expect(leeway(0)).toEqual([]);
  });

  test('stays everywhere else', () => {
    expect(changesWith('connection', 'didit', 'show_as_button', { kind: 'value', value: true })).toEqual([]);
    expect(
      changesWith('application', 'Didit Sample Application', 'logo_uri', text('https://example.com/l.png')),
    ).toEqual([]);
    expect(
      changesWith('application', 'Didit Sample Application', 'client_metadata.other_team', text('yes')),
    ).toEqual([]);
    expect(
      changesWith('grant', 'Didit Actions → https://##AUTH0_DOMAIN##/api/v2/', 'organization_usage', text('allow')),
    ).toEqual([]);
  });
});

test('bindings of other teams keep their places', () => {
  const bound = (...names: readonly string[]) => names.map((action) => ({ action, displayName: action }));
  const tenant = { ...wanted, flow: bound('fraud', 'didit-profile-sync', 'audit', 'didit-claims') };
  expect(afterDeploy(tenant, wanted).flow.map(({ action }) => action)).toEqual([
    'fraud',
    'didit-profile-sync',
    'audit',
    'didit-access-policy',
    'didit-claims',
  ]);
});

test('an application that the file does not name is carried along for the logins that it has', () => {
  const foreign = { kind: 'application', name: 'Foreign', fields: new Map() } as const;
  const tenant = { ...wanted, resources: [...wanted.resources, foreign] };
  expect(resourceIn(afterDeploy(tenant, wanted), 'application', 'Foreign')).toEqual(foreign);
});
