import { isRecord } from '../base/json-values.ts';
import { takenOf } from './management-api.ts';

/** Keys of `client_metadata` that an application may have, those of other teams included. */
export const CLIENT_METADATA_MAX_KEYS = 10;

/**
 * Properties whose parts are all objects: each says something by being there, whatever is in it. `addons: { wsfed: {} }` lets
 * people sign in with WS-Federation.
 */
const PARTED: readonly string[] = Object.entries(takenOf('/clients')).flatMap(([name, { properties }]) =>
  isRecord(properties) &&
  Object.values(properties).every((part) => isRecord(part) && [part['type']].flat().includes('object'))
    ? [name]
    : [],
);

/** @param path Of a setting of an application, such as `addons.wsfed`. */
export const countsByBeingThere = (path: string): boolean => {
  const [whole = '', part, ...below] = path.split('.');
  return PARTED.includes(whole) && part !== undefined && below.length === 0;
};
