import { isBuiltin } from 'node:module';
import { Problem } from '../base/problem.ts';
import type { Bundle } from './bundle.ts';
import { claimNameFault } from './claim-name.ts';
import { readSourceFacts } from './source-facts.ts';
import type { SyntaxFault } from './source-facts.ts';

/**
 * Bytes of code that Auth0 accepts for one Action (100 kB).
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export const MAX_ACTION_CODE_BYTES = 100_000;

/**
 * Characters of a connection's profile script.
 * @see https://auth0.com/docs/api/management/v2/connections/post-connections
 */
export const MAX_PROFILE_SCRIPT_CHARACTERS = 51_200;

/**
 * Everything that would make a bundle fail, or do harm, only once it is at Auth0, and that its text shows. None of it is run.
 *
 * Codes: `BUNDLE_TOO_LARGE`, `BUNDLE_SYNTAX`, `BUNDLE_MARKER`, `BUNDLE_REQUIRE`, `BUNDLE_CLAIM_NAME`, `BUNDLE_NOT_A_FUNCTION`.
 */
export function gateBundle({ target, code }: Bundle): readonly Problem[] {
  const file = target.output;
  const reading = readSourceFacts(target.kind === 'action' ? code : asExpression(code));
  if (reading.kind === 'fault') {
    return [target.kind === 'action' ? syntaxProblem(target, reading.fault) : notAFunction(target)];
  }
  const { imports, claimNames, parameters } = reading.facts;
  return [
    ...sizeProblems({ target, code }),
    ...markerProblems({ target, code }),
    ...imports
      .filter(({ name }) => name === undefined || !(isBuiltin(name) || target.dependencies.includes(name)))
      .map(
        ({ name, line }) =>
          new Problem({
            code: 'BUNDLE_REQUIRE',
            message: `${target.name} loads ${name === undefined ? 'a module whose name is computed' : `"${name}"`}, which is neither built into Node nor declared.`,
            place: { file, line, ...(name === undefined ? {} : { key: name }) },
          }),
      ),
    ...claimNames.flatMap(({ name, line }) => {
      const fault = claimNameFault(name);
      return fault === undefined
        ? []
        : [
            new Problem({
              code: 'BUNDLE_CLAIM_NAME',
              message: `${target.name} sets the claim "${name}": ${fault}`,
              place: { file, line, key: name },
            }),
          ];
    }),
    ...(target.kind === 'action' || parameters === 3 ? [] : [notAFunction(target)]),
  ];
}

function sizeProblems({ target, code }: Bundle): readonly Problem[] {
  const [size, limit, unit] =
    target.kind === 'action'
      ? ([Buffer.byteLength(code), MAX_ACTION_CODE_BYTES, 'bytes'] as const)
      : ([code.length, MAX_PROFILE_SCRIPT_CHARACTERS, 'characters'] as const);
  if (size <= limit) return [];
  return [
    new Problem({
      code: 'BUNDLE_TOO_LARGE',
      message: `${target.name} has ${size} ${unit}; Auth0 accepts ${limit}.`,
      place: { file: target.output },
    }),
  ];
}

/** The deploy CLI replaces such markers inside code too, with whatever the environment holds: it would publish a secret. */
const markerProblems = ({ target, code }: Bundle): readonly Problem[] =>
  code.split('\n').flatMap((text, index) =>
    [...text.matchAll(/##\w+##|@@\w+@@/g)].map(
      ([marker]) =>
        new Problem({
          code: 'BUNDLE_MARKER',
          message: `${target.name} contains ${marker}: a deploy tool would replace it inside the code.`,
          place: { file: target.output, line: index + 1, key: marker },
        }),
    ),
  );

/** A profile script is one function expression; Auth0 evaluates it. */
const asExpression = (code: string): string => `(${code}\n)`;

const notAFunction = (target: Bundle['target']): Problem =>
  new Problem({
    code: 'BUNDLE_NOT_A_FUNCTION',
    message: `${target.name} is not the one function expression of (accessToken, context, callback) that Auth0 evaluates.`,
    place: { file: target.output },
    remedy: `Give ${target.entry} a default export of that shape.`,
  });

const syntaxProblem = (target: Bundle['target'], { message, line }: SyntaxFault): Problem =>
  new Problem({
    code: 'BUNDLE_SYNTAX',
    message: `${target.name} is not JavaScript that Auth0 can load: ${message}`,
    place: { file: target.output, line },
    remedy: `Fix ${target.entry}.`,
  });
