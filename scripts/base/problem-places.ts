/** What a problem can point at. Each code has one of these kinds (`problem-codes.ts`). */
export interface Places {
  /** Relative to the project's root, or absolute. */
  readonly file: { readonly file: string };
  /** @see {@link Places.file} */
  readonly key: { readonly file: string; readonly key: string };
  /** Lines count from 1; the key is as the person wrote it. */
  readonly line: { readonly file: string; readonly line: number; readonly key?: string };
  /** Of some problems of this kind the line is not known, of some the key: of what only a tenant has, for one. */
  readonly setting: { readonly file: string; readonly line?: number; readonly key?: string };
  /** A variable, or several with commas between them, and what it is read from. */
  readonly variable: { readonly variable: string; readonly from: string };
  /** The tenant's domain or address. */
  readonly tenant: { readonly tenant: string };
  /** One thing that the tenant has or should have: `Action didit-claims`. */
  readonly resource: { readonly tenant: string; readonly resource: string };
  /** What takes the option: `npm run VERB`, or the domain of the tenant that it means nothing to. */
  readonly option: { readonly of: string; readonly option?: string };
  /** A git revision, and the file of it. */
  readonly revision: { readonly revision: string; readonly file?: string };
  /** Host and port, or the origin of a web page. */
  readonly address: { readonly address: string };
  readonly none: undefined;
}

export type PlaceKind = keyof Places;
export type Place = Exclude<Places[PlaceKind], undefined>;

/** `tenant.yaml:12 (clients.0.name)`: the thing, its line, and the part of it. */
export function placeInWords(place: Place): string {
  if ('address' in place) return place.address;
  if ('variable' in place) return withPart(place.from, place.variable);
  if ('tenant' in place) return withPart(place.tenant, 'resource' in place ? place.resource : undefined);
  if ('of' in place) return withPart(place.of, place.option);
  if ('revision' in place) return withPart(place.revision, place.file);
  const line = 'line' in place ? `:${place.line}` : '';
  return withPart(`${place.file}${line}`, 'key' in place ? place.key : undefined);
}

const withPart = (whole: string, part: string | undefined): string =>
  part === undefined ? whole : `${whole} (${part})`;
