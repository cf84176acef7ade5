import type { FieldChange } from '../../tenant-model/diff/change.ts';
import { holdsMarker } from '../../tenant-config/markers.ts';
import { equalFields } from '../../tenant-model/diff/equal-fields.ts';
import { serviceDefault } from '../../tenant-model/service-defaults.ts';
import type { Field, Resource, Scalar } from '../../tenant-model/tenant-model.ts';
import { shownValue } from '../show-field.ts';
import { rated } from './security-codes.ts';
import type { SecurityCode, SecurityRating } from './security-codes.ts';
import { WEAKER_SETTINGS } from './weaker-settings.ts';
import type { Weaker } from './weaker-settings.ts';

export type Sides = Pick<FieldChange, 'before' | 'after'>;

/**
 * What the table says of one setting. One that it does not know has to be looked at.
 *
 * @param resource The resource as it will be: it tells what the service fills in.
 * @param table Default `WEAKER_SETTINGS`.
 */
export function rateSetting(
  resource: Resource,
  path: string,
  sides: Sides,
  table = WEAKER_SETTINGS,
): readonly SecurityRating[] {
  const filledIn = {
    before: sides.before ?? serviceDefault(resource, path),
    after: sides.after ?? serviceDefault(resource, path),
  };
  if (equalFields(filledIn.before, filledIn.after)) return [];
  const unknown = [sides.before, sides.after].some(isFilledInLater)
    ? [rated('setting_not_judged', 'what is filled in at the deploy is not known here')]
    : [];
  const known = table.find((row) => row.kind === resource.kind && row.path.test(path));
  return known === undefined
    ? [rated('setting_not_judged', inWords(filledIn))]
    : [...rateDirection(known.weaker, known.code, filledIn), ...unknown];
}

/**
 * Of settings of ours, what they come to is rated beside this. Between two files, one with a placeholder comes to nothing that
 * can be read.
 */
const isFilledInLater = (field: Field | undefined): boolean =>
  field?.kind === 'settings' && holdsMarker(field.text);

/**
 * The same of a setting of which a file said nothing so far: a tenant may have had any value, and not only what the service fills
 * in.
 *
 * @param after As the file has it now.
 */
export function rateNewlySaid(resource: Resource, path: string, after: Field): readonly SecurityRating[] {
  // Those that it has go with the list that is empty.
  if (resource.kind === 'organization' && path === 'connections')
    return [rated('application_disabled', 'for its members: it gets no connections at all')];
  const known = WEAKER_SETTINGS.find((row) => row.kind === resource.kind && row.path.test(path));
  const { weaker, code } = known ?? { weaker: 'any', code: 'setting_not_judged' };
  const isHarmless =
    weaker !== 'fewer items' && rateDirection(weaker, code, { before: undefined, after }).length === 0;
  return isHarmless ? [] : [rated(code, `${wordsFor(after)}, where a tenant may have another value so far`)];
}

/**
 * Whether a setting makes things less safe than they are where nobody says anything of it: of one whose default nobody knows, it
 * cannot be told.
 */
export const isWeakerThanDefault = (resource: Resource, path: string, field: Field): boolean =>
  serviceDefault(resource, path) !== undefined &&
  rateSetting(resource, path, { before: undefined, after: field }).some(
    ({ code }) => code !== 'setting_not_judged',
  );

function rateDirection(weaker: Weaker, code: SecurityCode, sides: Sides): readonly SecurityRating[] {
  const { before, after } = sides;
  switch (weaker) {
    case 'never':
      return [];
    case 'any':
      return [rated(code, inWords(sides))];
    case 'more items':
      return wider(code, sides);
    case 'fewer items':
      return wider(code, { before: after, after: before });
    case 'higher': {
      const [from, to] = [scalarIn(before), scalarIn(after)];
      const isLower = typeof from === 'number' && typeof to === 'number' && to <= from;
      return isLower ? [] : [rated(code, inWords(sides))];
    }
    default: {
      if ('itemsBut' in weaker)
        return wider(code, { before: { kind: 'set', items: weaker.itemsBut }, after });
      // What is not shown may be anything, and so may what the service fills in where nobody knows it.
      const value = scalarIn(after);
      return value !== undefined && weaker.unless.includes(value) ? [] : [rated(code, inWords(sides))];
    }
  }
}

/** One rating for each item that was not there; of a list that cannot be seen, one for the whole. */
export function wider(code: SecurityCode, sides: Sides): readonly SecurityRating[] {
  if (sides.after?.kind === 'secret') return [rated(code, inWords(sides))];
  const [known, wanted] = [new Set(itemsOf(sides.before)), new Set(itemsOf(sides.after))];
  return [...wanted].filter((item) => !known.has(item)).map((item) => rated(code, item));
}

const itemsOf = (field: Field | undefined): readonly string[] => (field?.kind === 'set' ? field.items : []);

const scalarIn = (field: Field | undefined): Scalar | undefined =>
  field?.kind === 'value' ? field.value : undefined;

/** `RS256 → HS256`; of code and long texts only that they differ. */
export const inWords = ({ before, after }: Sides): string => `${wordsFor(before)} → ${wordsFor(after)}`;

const MAX_CHARACTERS = 80;

function wordsFor(field: Field | undefined): string {
  const value = shownValue(field);
  if (value === null) return 'not set';
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
