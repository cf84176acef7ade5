import { describe, expect, test } from 'vitest';
import { diffModels } from '../../scripts/tenant-model/diff/diff-models.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { placeholderRules } from '../../scripts/tenant-model/placeholder-rules.ts';
import { resourceFields } from '../../scripts/tenant-model/resource-fields.ts';
import { itemsAt } from '../../scripts/tenant-model/tenant-model.ts';
import { rateChange } from '../../scripts/plan/ratings/rate-change.ts';
import { fieldDetails } from '../../scripts/plan/show-field.ts';
import { resolvePlaceholders } from '../../scripts/tenant-config/placeholders.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';

const NAMES = ['AUTH0_DOMAIN', 'DIDIT_CLIENT_ID', 'DIDIT_CLIENT_SECRET', 'DIDIT_FETCH_USER_PROFILE'];
const MANAGEMENT = ['AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'];

/** What a file with one more placeholder asks for: as it is written, or with `value` filled in. */
function wanted(edit: Edit, value?: string) {
  const { tenantFile, config, bundles } = sample(edit);
  if (value === undefined) return modelFromConfig(config, bundles);
  const values = new Map([...NAMES, ...MANAGEMENT].map((name) => [name, `the-${name}`]));
  const resolved = resolvePlaceholders(tenantFile, new Map([...values, ['MORE', value]]));
  return modelFromConfig(validateTenantConfig(tenantFile, resolved), bundles, config);
}

const LISTS: readonly (readonly [string, Edit, value: string, rating: string])[] = [
  [
    'callbacks',
    [
      '      - https://app.example.com/callback\n',
      "      - https://app.example.com/callback\n      - '##MORE##'\n",
    ],
    'https://evil.example/cb',
    'redirect_added',
  ],
  ['scope', ['      - read:users', "      - read:users\n      - '##MORE##'"], 'delete:users', 'grant_scopes'],
  [
    'grant_types',
    ['      - authorization_code\n', "      - authorization_code\n      - '##MORE##'\n"],
    'password',
    'client_authentication',
  ],
  [
    'options.scope',
    [
      'scope: openid user_id names email phone picture is_verified is_over_18',
      "scope: 'openid user_id names email phone picture is_verified is_over_18 ##MORE##'",
    ],
    'address',
    'scopes_widened',
  ],
];

describe.each(LISTS)('a placeholder in a list: %s', (path, edit, value, rating) => {
  test.each([undefined, value])('hides one item, which is rated (its value: %s)', (filledIn) => {
    const [before, after] = [wanted(['Didit\n', 'Didit\n'], filledIn), wanted(edit, filledIn)];
    const changes = diffModels({ before, after });
    expect(changes.map((change) => change.path)).toEqual([path]);
    expect(changes.flatMap((change) => rateChange(change, { before, after }))).toEqual([
      { code: rating, because: '##MORE##' },
    ]);
    expect(changes.flatMap((change) => fieldDetails(change.before, change.after))).toEqual([
      'added ##MORE##',
    ]);
    expect(JSON.stringify(after.resources.map(({ fields }) => [...fields]))).not.toContain(value);
  });
});

describe('items from a placeholder', () => {
  const scopes = (written: string, filledIn: string): readonly string[] => {
    const fields = resourceFields(
      'connection',
      { options: { scope: filledIn } },
      placeholderRules({ options: { scope: written } }),
    );
    return itemsAt({ kind: 'connection', name: 'didit', fields }, 'options.scope');
  };

  test('are told apart where one placeholder is several', () => {
    expect(scopes('openid ##MORE## email', 'openid phone address email')).toEqual([
      'openid',
      '##MORE##',
      '##MORE## (2)',
      'email',
    ]);
  });

  test('are shown where the placeholder is a public one', () => {
    expect(scopes('openid ##AUTH0_DOMAIN##', 'openid tenant')).toEqual(['openid', 'tenant']);
  });
});

describe('a script with a placeholder', () => {
  const fieldsOf = (written: string, filledIn: string) =>
    resourceFields(
      'connection',
      { options: { scripts: { fetchUserProfile: filledIn } } },
      placeholderRules({ options: { scripts: { fetchUserProfile: written } } }),
    ).get('options.scripts.fetchUserProfile');

  test('is shown as it is written', () => {
    expect(fieldsOf('a ##KEY##', 'a ##KEY##')).toEqual({ kind: 'code', text: 'a ##KEY##' });
  });

  test('is hidden once it is filled in', () => {
    expect(fieldsOf('a ##KEY##', 'a hidden')).toMatchObject({ kind: 'secret', from: '##KEY##' });
  });
});
