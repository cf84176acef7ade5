import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Values that must not be seen, by the names that a failing test may print. */
export type Secrets = ReadonlyMap<string, string>;

/** Nobody marks these, and yet nobody may see them: access and ID tokens. */
const TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/;

/**
 * Names of the secrets that are in a text: as they are, or as JSON (in JSON, in JSON), URLs, forms, HTML, base64 and hexadecimal
 * digits write them.
 */
export function secretsIn(text: string, secrets: Secrets): readonly string[] {
  // Some of it in more than one way of writing, of which one is enough.
  const searched = [text, withoutEntities(text)].map(withoutEscapes).map(inOneCase);
  const found = [...secrets]
    .filter(([, value]) =>
      formsOf(value).some((form) => searched.some((searchedIn) => searchedIn.includes(form))),
    )
    .map(([name]) => name);
  return TOKEN.test(text) ? [...found, 'a token'] : found;
}

const withoutEscapes = (text: string): string => text.replaceAll('\\', '');

/** Digits of percent encoding come in either case, and so do hexadecimal ones; a secret in another case is nearly one, too. */
const inOneCase = (text: string): string => text.toLowerCase();

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const withoutEntities = (text: string): string =>
  text.replaceAll(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (entity, hex, decimal, name) => {
      if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? entity;
      const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : entity;
    },
  );

/** Worked out once for each value: many files are searched for the same ones. */
const knownForms = new Map<string, readonly string[]>();

function formsOf(value: string): readonly string[] {
  const known = knownForms.get(value);
  if (known !== undefined) return known;
  // In a longer text that is encoded, the first and the last bytes are mixed with those around them; the middle is always there.
  const encoded = [0, 1, 2].map((skipped) =>
    Buffer.from(value.slice(skipped)).toString('base64').slice(0, -4),
  );
  const inForm = new URLSearchParams([['', value]]).toString().slice(1);
  const inUrls = encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const digits = Buffer.from(value).toString('hex');
  const forms = [value, encodeURIComponent(value), inForm, digits, ...encoded, ...inUrls];
  knownForms.set(value, [...new Set(forms.map(withoutEscapes).map(inOneCase))]);
  return formsOf(value);
}

/**
 * `NAME in FILE` for each secret in a file of a folder, to any depth.
 *
 * @param found What was found in which content, by its digest, of the same secrets: it is not looked for again.
 */
export function secretsInFolder(
  folder: string,
  secrets: Secrets,
  isSearched: (file: string) => boolean = () => true,
  found = new Map<string, readonly string[]>(),
): readonly string[] {
  return filesIn(folder, isSearched).flatMap((file) => {
    const content = readFileSync(join(folder, file));
    const digest = createHash('sha256').update(content).digest('hex');
    const names = found.get(digest) ?? secretsIn(content.toString('latin1'), secrets);
    found.set(digest, names);
    return names.map((name) => `${name} in ${file}`);
  });
}

/** Files of a folder, relative to it with `/`; neither links nor `node_modules` are followed. */
export function filesIn(
  folder: string,
  isListed: (file: string) => boolean = () => true,
  within = '',
): readonly string[] {
  return readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const file = `${within}${entry.name}`;
    if (entry.isFile()) return isListed(file) ? [file] : [];
    return entry.isDirectory() && entry.name !== 'node_modules' ? filesIn(folder, isListed, `${file}/`) : [];
  });
}
