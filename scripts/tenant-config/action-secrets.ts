import { isRecordKey } from '../../actions/didit/record.ts';
import type { Places } from '../base/problem-places.ts';
import { Problem } from '../base/problem.ts';
import type { Finding, Path } from './finding.ts';
import { placeOf } from './place-of.ts';
import { holdsMarker } from './markers.ts';
import { madeByTheDeploy } from './placeholders.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { DIDIT_CONNECTION, DIDIT_HANDOVER_KEY, DIDIT_RECORD_KEY } from './tenant-config.ts';
import type { ActionConfig, TenantConfig } from './tenant-config.ts';

/** Built from `actions/`, and not somebody else's code under the same name. */
const OUR_CODE =
  /^(?:\.\/)?dist\/actions\/(?:didit-profile-sync|didit-step-up|didit-access-policy|didit-claims)\.js$/;

/** @param code As `tenant.yaml` names it. */
export const isOurCode = (code: string): boolean => OUR_CODE.test(code);

/**
 * What is wrong with the secrets that our Actions cannot work without, or that are settings: `HANDOVER_KEY_MISSING`,
 * `SETTING_INVALID`, `SETTINGS_CONTRADICT`. Never with a value: somebody may have mistaken the place.
 */
export function actionSecretFindings(tenantFile: TenantFile, config: TenantConfig): readonly Finding[] {
  const finding = (path: Path, problem: (place: Places['setting']) => Finding['problem']): Finding => ({
    paths: [path],
    problem: problem(placeOf(tenantFile, path)),
  });
  const recordKeys = secretsNamed(DIDIT_RECORD_KEY, config);
  return [
    ...config.actions.flatMap((action, index) =>
      lacksHandoverKey(action)
        ? [
            finding(
              ['actions', index, 'secrets'],
              (place) =>
                new Problem({
                  code: 'HANDOVER_KEY_MISSING',
                  message: `Action "${action.name}" does not get the key with which our Actions sign what they hand on. Without it, every rule denies.`,
                  place,
                  remedy: `${action.secrets === undefined ? 'Add to the Action' : 'Have among its secrets'} these lines; the deploy makes the key:\n${linesFor(action)}`,
                }),
            ),
          ]
        : [],
    ),
    ...secretsNamed(DIDIT_CONNECTION, config)
      .filter(({ value }) => value.trim() !== value)
      .map(({ action, path }) =>
        finding(
          path,
          (place) =>
            new Problem({
              code: 'SETTING_INVALID',
              message: `${DIDIT_CONNECTION} of Action "${action}" has blanks before or after the name, or is blank.`,
              place,
              remedy: 'Write the name of the connection as it stands under `connections`, and nothing else.',
            }),
        ),
      ),
    ...recordKeys
      .filter(({ value }) => !holdsMarker(value) && !isRecordKey(value))
      .map(({ action, path }) =>
        finding(
          path,
          (place) =>
            new Problem({
              code: 'SETTING_INVALID',
              message: `${DIDIT_RECORD_KEY} of Action "${action}" is not a name that the record may have, so the Action would use "didit".`,
              place,
              remedy:
                'Write didit, or didit_ and up to 40 small letters, digits and _ after it, but not didit_profile; or take the secret out.',
            }),
        ),
      ),
    ...recordKeys
      .filter(({ value }) => !holdsMarker(value) && value !== firstValue(recordKeys))
      .map(({ action, path }) =>
        finding(
          path,
          (place) =>
            new Problem({
              code: 'SETTINGS_CONTRADICT',
              message: `${DIDIT_RECORD_KEY} of Action "${action}" is not that of the Actions before it.`,
              place,
              remedy: 'Write the same for all Actions that have it.',
            }),
        ),
      ),
  ];
}

function lacksHandoverKey({ code, secrets = [] }: ActionConfig): boolean {
  const key = secrets.find(({ name }) => name === DIDIT_HANDOVER_KEY);
  const isMade = key !== undefined && madeByTheDeploy(key.value) === DIDIT_HANDOVER_KEY;
  return isOurCode(code) && !isMade;
}

/** As `tenant.yaml` is indented. */
const linesFor = ({ secrets }: ActionConfig): string =>
  [
    ...(secrets === undefined ? ['    secrets:'] : []),
    `      - name: ${DIDIT_HANDOVER_KEY}`,
    `        value: '##${DIDIT_HANDOVER_KEY}##'`,
  ].join('\n');

interface ActionSecret {
  readonly action: string;
  readonly value: string;
  /** Of the value. */
  readonly path: Path;
}

const secretsNamed = (wanted: string, { actions }: TenantConfig): readonly ActionSecret[] =>
  actions.flatMap(({ name: action, secrets = [] }, index) =>
    secrets.flatMap(({ name, value }, position) =>
      name === wanted ? [{ action, value, path: ['actions', index, 'secrets', position, 'value'] }] : [],
    ),
  );

const firstValue = (secrets: readonly ActionSecret[]): string | undefined =>
  secrets.find(({ value }) => !holdsMarker(value))?.value;
