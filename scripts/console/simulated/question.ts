import type { Level } from '../../../actions/didit/settings/resolve.ts';
import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import type { Persona } from '../../local-tenant/runtime.ts';
import { connectionNames, enabledApplications } from '../../plan/impact/login-side.ts';
import { OUTCOME_FLOWS } from '../../simulation/outcomes/flows.ts';
import { SETTINGS_KEYS } from '../../../actions/didit/settings/misspelt-key.ts';
import { writtenSetting } from '../logins/settings-in-force.ts';
import type { WorkingTree } from './working-tree.ts';

const LEVELS: readonly Level[] = ['connection', 'client', 'organization'];
/** Didit never answers for longer ago than that, and times stay readable. */
const MAX_DAYS = 36_500;

/** A settings text that can be changed on the page. */
export interface SettingField {
  /** Its parameter in the address, such as `client.didit_policy`. */
  readonly name: string;
  readonly level: Level;
  readonly of: string;
  readonly key: string;
  /** As the working tree has it; empty where it has none. */
  readonly written: string;
  readonly line: number | null;
  readonly value: string;
}

/** What is asked: who, where, how, and what is different from the working tree. */
export interface Question {
  readonly person: string;
  readonly application: string;
  readonly connection: string;
  readonly kind: string;
  readonly management: 'works' | 'down';
  readonly settings: readonly SettingField[];
  /** What Didit says of the person, by scope, in YAML. */
  readonly facts: string;
  /** Since the earlier login of a person who returns; `null`: as the kind of run says. */
  readonly days: number | null;
}

export const people = (): readonly Persona[] => loadEveryPersona().filter(({ fault }) => fault === 'none');

/** A question, with what it can be about. */
export interface Asked {
  readonly question: Question;
  readonly choices: Readonly<Record<'person' | 'application' | 'connection' | 'kind', readonly string[]>>;
  /** Why there is no answer. */
  readonly problem: string | null;
}

/** Reads a question from an address; what it does not say is as in the working tree. */
export function questionIn(query: Readonly<Record<string, string>>, tree: WorkingTree): Asked {
  const connections = connectionNames(tree.model);
  const personas = people();
  const connection = chosen(query['connection'], connections);
  const applications = enabledApplications(tree.model, connection);
  const application = chosen(query['application'], applications);
  const persona = personas.find(({ name }) => name === query['person']) ?? personas[0];
  const ofLevel: Readonly<Record<Level, string>> = {
    connection,
    client: application,
    organization: query['organization'] ?? '',
  };
  const days = Number(query['days']);
  const unknown = (['person', 'application', 'connection', 'kind'] as const).find((name) => {
    const known = {
      person: personas.map((each) => each.name),
      application: applications,
      connection: connections,
      kind: OUTCOME_FLOWS.map(({ label }) => label),
    };
    return query[name] !== undefined && query[name] !== '' && !known[name].includes(query[name]);
  });
  return {
    question: {
      person: persona?.name ?? '',
      application,
      connection,
      kind: chosen(
        query['kind'],
        OUTCOME_FLOWS.map(({ label }) => label),
      ),
      management: query['management'] === 'down' ? 'down' : 'works',
      settings: LEVELS.flatMap((level) =>
        SETTINGS_KEYS.filter((key) => level !== 'organization' || key === 'didit_policy').map(
          (key): SettingField => {
            const name = `${level}.${key}`;
            const written = writtenSetting(tree.tenantFile, level, ofLevel[level], key);
            return {
              name,
              level,
              of: ofLevel[level],
              key,
              written: written?.value ?? '',
              line: written?.line ?? null,
              value: query[name]?.trim() ?? written?.value ?? '',
            };
          },
        ),
      ),
      facts: query['facts']?.trim() ?? '',
      days:
        query['days'] !== undefined && query['days'] !== '' && days >= 0 && days <= MAX_DAYS ? days : null,
    },
    choices: {
      person: personas.map(({ name }) => name),
      application: applications,
      connection: connections,
      kind: OUTCOME_FLOWS.map(({ label }) => label),
    },
    problem: unknown === undefined ? null : `There is no ${unknown} "${query[unknown] ?? ''}".`,
  };
}

const chosen = (wanted: string | undefined, known: readonly string[]): string =>
  known.find((name) => name === wanted) ?? known[0] ?? '';
