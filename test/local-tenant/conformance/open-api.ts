import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { asText } from '../management-api/json.ts';
import { asObject } from '../../../scripts/base/json-values.ts';
import { stepsOf } from './recording.ts';
import type { RecordedPair } from './recording.ts';

export interface Operation {
  /** E.g. `post /clients`. */
  readonly name: string;
  /** Names of the query parameters. */
  readonly query: readonly string[];
  /** The body's properties, each with its own schema; none for an operation without a body, or with a list as its body. */
  readonly properties: JsonObject;
  /** What is wrong with a body, or nothing. */
  readonly bodyProblem: (body: Json) => string | undefined;
  /** What is wrong with an answer's body, or nothing; a status that is not described is wrong. */
  readonly answerProblem: (status: number, body: Json) => string | undefined;
}

/** The error that lies deepest: where alternatives are described, it belongs to the one that was meant. */
function words(validate: ValidateFunction): string {
  const [error] = (validate.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  const extra: unknown = error?.params['additionalProperty'];
  const place = (error?.instancePath ?? '').replaceAll(/\d+/g, '0');
  return `${place} ${error?.message ?? ''}${typeof extra === 'string' ? `: ${extra}` : ''}`.trim();
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

/** The operations of the Management API's reduced description that the recordings and the local tenant are held to. */
export class OpenApi {
  readonly #document: JsonObject;
  readonly #ajv: Ajv;

  constructor(document: JsonObject) {
    this.#document = document;
    // Formats are Auth0's own names without a definition here.
    this.#ajv = new Ajv({
      ...{ strict: false, validateFormats: false, validateSchema: false, unicodeRegExp: false },
      allErrors: false,
    });
    this.#ajv.addSchema({ ...document, $id: 'openapi' });
  }

  #validator(pointer: string): ValidateFunction | undefined {
    try {
      return this.#ajv.getSchema(pointer);
    } catch {
      return undefined;
    }
  }

  #resolve(schema: Json | undefined): JsonObject {
    const reference = asText(asObject(schema)['$ref']);
    if (reference === '') return asObject(schema);
    let found: Json | undefined = this.#document;
    for (const step of reference.split('/').slice(1)) found = asObject(found)[step];
    return this.#resolve(found);
  }

  operation(method: string, path: string): Operation {
    const operation = asObject(asObject(asObject(this.#document['paths'])[path])[method]);
    const pointer = `openapi#/paths/${escaped(path)}/${method}`;
    return {
      name: `${method} ${path}`,
      query: Object.keys(asObject(operation['query'])),
      properties: asObject(this.#resolve(operation['body'])['properties']),
      bodyProblem: (value) => {
        const validate = this.#validator(`${pointer}/body`);
        return validate === undefined || validate(value) ? undefined : words(validate);
      },
      answerProblem: (status, value) => {
        if (operation['status'] !== status) return `status ${status}`;
        const validate = this.#validator(`${pointer}/answer`);
        return validate === undefined || validate(value) ? undefined : words(validate);
      },
    };
  }

  /** The operation that a recorded request called; literal steps win over `{parameters}`. */
  called(pair: RecordedPair): Operation | undefined {
    const steps = stepsOf(pair.path);
    const candidates = Object.keys(asObject(this.#document['paths'])).filter((template) => {
      const parts = template.split('/').slice(1);
      return (
        parts.length === steps.length &&
        parts.every((part, index) => part.startsWith('{') || part === steps[index])
      );
    });
    const [template] = candidates.sort((a, b) => a.split('{').length - b.split('{').length);
    return template === undefined ? undefined : this.operation(pair.method.toLowerCase(), template);
  }
}
