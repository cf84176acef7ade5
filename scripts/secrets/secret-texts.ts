import { isRecord } from '../base/json-values.ts';
import { isSecretHolder, isSecretName, looksLikeCredential } from './secret-options.ts';

/** Every text of a request's body that may authenticate somebody. */
export function secretTexts(body: unknown): readonly string[] {
  if (typeof body === 'string') return looksLikeCredential(body) ? [body] : [];
  if (Array.isArray(body)) return body.flatMap(secretTexts);
  if (!isRecord(body)) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    holdsSecrets(name, value) ? textsIn(value) : secretTexts(value),
  );
}

/** An Action's `secrets` are pairs of a name, which is not a secret, and a `value`. */
const holdsSecrets = (name: string, value: unknown): boolean =>
  name === 'value' || (name !== 'secrets' && (isSecretName(name, value) || isSecretHolder(name)));

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}
