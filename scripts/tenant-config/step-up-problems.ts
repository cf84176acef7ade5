import { readPolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import { Problem } from '../base/problem.ts';
import type { Finding, Path } from './finding.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { CONTINUE_ADDRESS, settingsHolders, stepUpClientIn } from './tenant-config.ts';
import type { TenantConfig } from './tenant-config.ts';

/** Built from `actions/`. */
const OURS = /^(?:\.\/)?dist\/actions\/(didit-profile-sync|didit-step-up|didit-access-policy)\.js$/;

/**
 * Where `step_up=on` is written and cannot come to anything: `SETTINGS_CONTRADICT`, one for each thing that is missing, with the
 * lines to add.
 *
 * @param domain Of the tenant. Default: nobody knows it.
 */
export function stepUpFindings(
  tenantFile: TenantFile,
  config: TenantConfig,
  domain?: string,
): readonly Finding[] {
  const [path] = placesOf(config);
  if (path === undefined) return [];
  return missingParts(config, domain).map(({ wrong, remedy }) => ({
    paths: [path],
    problem: new Problem({
      code: 'SETTINGS_CONTRADICT',
      message: `step_up of didit_policy: ${wrong}.`,
      place: placeOf(tenantFile, path),
      remedy,
    }),
  }));
}

/** Where somebody is to be asked. */
const placesOf = (config: TenantConfig): readonly Path[] =>
  settingsHolders(config)
    .filter(
      ({ level, metadata }) =>
        readPolicySettings({ [level]: metadata['didit_policy'] }).stepUp.value === 'on',
    )
    .map(({ path }) => [...path, 'didit_policy']);

interface Missing {
  readonly wrong: string;
  readonly remedy: string;
}

function missingParts(config: TenantConfig, domain: string | undefined): readonly Missing[] {
  const { connections, clientGrants } = config;
  const application =
    stepUpClientIn(config, domain ?? '##AUTH0_DOMAIN##') ??
    (domain === undefined ? stepUpClientAnywhere(config) : undefined);
  const isEnabled = connections.some(
    ({ enabled_clients: enabled }) => enabled === undefined || enabled.some((name) => name === application),
  );
  return [
    ...(isInPlace(config)
      ? []
      : [
          {
            wrong: 'no Action asks anybody',
            remedy:
              'List dist/actions/didit-step-up.js among the Actions, and bind it after didit-profile-sync and before didit-access-policy, as in the tenant.yaml of this project.',
          },
        ]),
    ...(application === undefined
      ? [
          {
            wrong: 'no application takes people to Didit and back',
            remedy:
              'Add the client "Didit Step-up" with the callback https://##AUTH0_DOMAIN##/continue, as in the tenant.yaml of this project.',
          },
        ]
      : []),
    ...(application === undefined || isEnabled
      ? []
      : [
          {
            wrong: `the connection is not enabled for ${application}`,
            remedy: `Add ${application} to enabled_clients of the Didit connection.`,
          },
        ]),
    ...(application === undefined || clientGrants.some(({ client_id: name }) => name === application)
      ? []
      : [
          {
            wrong: `${application} may link nobody`,
            remedy: `Add to clientGrants these lines; without a scope, only people whose Didit identity is linked already can step up:\n${grantFor(application)}`,
          },
        ]),
  ];
}

/** Where a file names its tenant itself, nothing says so before the deploy: any host may be it. */
const stepUpClientAnywhere = ({ clients }: TenantConfig): string | undefined =>
  clients.find(({ callbacks = [] }) => callbacks.some((url) => CONTINUE_ADDRESS.test(url)))?.name;

/** Whether the Action runs between the one that finds out and the one that denies. */
function isInPlace({ actions, triggers }: TenantConfig): boolean {
  const flow = triggers['post-login'].map(
    ({ action_name: name }) => OURS.exec(actions.find((action) => action.name === name)?.code ?? '')?.[1],
  );
  const [sync, stepUp, policy] = ['didit-profile-sync', 'didit-step-up', 'didit-access-policy'].map((name) =>
    flow.indexOf(name),
  );
  return (
    sync !== undefined &&
    stepUp !== undefined &&
    policy !== undefined &&
    sync >= 0 &&
    sync < stepUp &&
    stepUp < policy
  );
}

/** As `tenant.yaml` is indented. */
const grantFor = (application: string): string =>
  [
    `  - client_id: ${application}`,
    '    audience: https://##AUTH0_DOMAIN##/api/v2/',
    '    scope:',
    '      - update:users',
  ].join('\n');
