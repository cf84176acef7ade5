import { suggestionsFrom } from '../base/nearest.ts';
import { Problem } from '../base/problem.ts';
import { isKeySink, isSecretSink, SECRET_SINKS_IN_WORDS } from '../secrets/secret-sinks.ts';
import { DOCUMENTED_VARIABLES, variableKind, whyNotDeclared } from '../secrets/variables.ts';
import type { DeclaredVariables } from '../secrets/variables.ts';
import type { Finding, Path } from './finding.ts';
import { malformedMarker, markersIn, wholeMarker } from './markers.ts';
import type { Marker } from './markers.ts';
import { placeOf } from './place-of.ts';
import { declaredIn, textsIn, VARIABLES } from './placeholders.ts';
import type { TenantFile } from './read-tenant-file.ts';

/**
 * What is wrong with the placeholders of a file, whatever their values are: `PLACEHOLDER_MALFORMED`, `PLACEHOLDER_UNDECLARED`,
 * `PLACEHOLDER_MISPLACED` where a value would go where it must not, and `TENANT_FILE_VALUE` for what `variables` cannot declare.
 */
export function placeholderFindings(tenantFile: TenantFile): readonly Finding[] {
  const data: unknown = tenantFile.data;
  const declared = declaredIn(data);
  const suggestionFor = suggestionsFrom([...DOCUMENTED_VARIABLES.keys(), ...Object.keys(declared)]);
  return [
    ...declarationFindings(tenantFile, declared),
    ...textsIn(data).flatMap(({ text, path, isKey }): readonly Finding[] => {
      const malformed = isCode(path) ? undefined : malformedMarker(text);
      if (malformed !== undefined) return [malformedFinding(tenantFile, path, malformed, declared)];
      return markersIn(text).flatMap((marker) => {
        const wrong = isKey ? IN_A_KEY : whatIsWrong(marker, text, path, { declared, suggestionFor });
        return wrong === undefined ? [] : [finding(tenantFile, path, marker, wrong)];
      });
    }),
  ];
}

/** JavaScript may have anything in its comments. */
const isCode = ([list, , options, scripts]: Path): boolean =>
  list === 'connections' && options === 'options' && scripts === 'scripts';

interface Wrong {
  readonly code: 'PLACEHOLDER_UNDECLARED' | 'PLACEHOLDER_MISPLACED';
  /** After the marker. */
  readonly message: string;
  readonly remedy: string;
}

interface KnownNames {
  readonly declared: DeclaredVariables;
  readonly suggestionFor: ReturnType<typeof suggestionsFrom>;
}

const IN_A_KEY: Wrong = {
  code: 'PLACEHOLDER_MISPLACED',
  message: 'stands in a key. What a key is called decides what may stand there, so it is written out.',
  remedy: 'Write the key itself.',
};

function whatIsWrong(
  { name, written }: Marker,
  text: string,
  path: Path,
  { declared, suggestionFor }: KnownNames,
): Wrong | undefined {
  switch (variableKind(name, declared)) {
    case 'public':
      return undefined;
    case 'made':
      return isKeySink(path) && wholeMarker(text) !== undefined
        ? undefined
        : {
            code: 'PLACEHOLDER_MISPLACED',
            message:
              'stands for a key that the deploy makes for Actions. Here, it would be sent as it is written.',
            remedy: 'Write it as the whole value of a secret of an Action, or remove it.',
          };
    case 'deploy credential':
    case 'deploy client':
      return {
        code: 'PLACEHOLDER_MISPLACED',
        message: 'stands for a credential of the deploy itself, which goes nowhere.',
        remedy: 'Remove it. An Action gets a client of its own: see "Didit Actions" in tenant.yaml.',
      };
    case 'secret':
      return isSecretSink(path)
        ? undefined
        : {
            code: 'PLACEHOLDER_MISPLACED',
            message: 'stands for a secret, and others could read it here.',
            remedy: `A secret may be ${SECRET_SINKS_IN_WORDS}. What is not one is declared as \`public\` under \`${VARIABLES}\`.`,
          };
    case undefined: {
      const suggestion = suggestionFor(name);
      return {
        code: 'PLACEHOLDER_UNDECLARED',
        message: `is filled in only if the file declares ${name}.`,
        remedy:
          (suggestion === undefined
            ? ''
            : `Write ${written.replace(name, suggestion)} if that is what you mean. `) +
          howToDeclare(name, path),
      };
    }
  }
}

/** As what the place takes, so that nothing has to be said against it afterwards. */
function howToDeclare(name: string, path: Path): string {
  const declaration = (kind: 'public' | 'secret'): string =>
    `Declare it at the top level: \`${VARIABLES}: { ${name}: ${kind} }\``;
  if (isSecretSink(path)) return `${declaration('secret')}, or \`public\` if everybody may read the value.`;
  return whyNotDeclared(name, 'public') === undefined
    ? `${declaration('public')}, for everybody can read the value here.`
    : `Its name says that it is a secret, and everybody could read it here. A secret may be ${SECRET_SINKS_IN_WORDS}.`;
}

function finding(tenantFile: TenantFile, path: Path, { written }: Marker, wrong: Wrong): Finding {
  const parts = {
    message: `${written} ${wrong.message}`,
    place: placeOf(tenantFile, path),
    remedy: wrong.remedy,
  };
  const problem =
    wrong.code === 'PLACEHOLDER_UNDECLARED'
      ? new Problem({ code: 'PLACEHOLDER_UNDECLARED', ...parts })
      : new Problem({ code: 'PLACEHOLDER_MISPLACED', ...parts });
  return { paths: [path], problem };
}

function malformedFinding(
  tenantFile: TenantFile,
  path: Path,
  marker: string,
  declared: DeclaredVariables,
): Finding {
  const mark = marker.slice(0, 2);
  const name = marker.slice(2, -2).trim().replaceAll(/\W+/g, '_');
  const isKnown = variableKind(name, declared) !== undefined;
  return {
    paths: [path],
    problem: new Problem({
      code: 'PLACEHOLDER_MALFORMED',
      message: `${marker} looks like a placeholder, and would be sent as it is written.`,
      place: placeOf(tenantFile, path),
      ...(isKnown ? { remedy: `Write ${mark}${name}${mark} if that is what you mean.` } : {}),
    }),
  };
}

const declarationFindings = (tenantFile: TenantFile, declared: DeclaredVariables): readonly Finding[] =>
  Object.entries(declared).flatMap(([name, kind]) => {
    const why = whyNotDeclared(name, kind);
    const path = [VARIABLES, name] as const;
    return why === undefined
      ? []
      : [
          {
            paths: [path],
            problem: new Problem({
              code: 'TENANT_FILE_VALUE',
              message: `${name} cannot be declared as ${kind}: ${why}.`,
              place: placeOf(tenantFile, path),
              remedy:
                kind === 'public'
                  ? 'Declare it as secret, call it otherwise, or remove the line.'
                  : 'Remove the line.',
            }),
          },
        ];
  });
