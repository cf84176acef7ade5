import type { Json, JsonObject } from '../../../base/json-values.ts';
import type { Linked } from '../../store/links.ts';
import type { Api } from '../api.ts';
import type { ApiError } from '../request/errors.ts';

/** Where a thing is: the tenant, and what the path says it belongs to. */
export interface Place {
  readonly api: Api;
  /** By the names that the path has for them: `{ id: 'org_1' }` for `/organizations/{id}/members`. */
  readonly ids: Readonly<Record<string, string>>;
  /** What a list is asked for. */
  readonly query?: Readonly<Record<string, string>>;
}

/** What an answer is to: `list` and `one` read, `changed` is after a write. */
export type Reading = 'list' | 'one' | 'changed';

/** What is particular about things of one kind; all else follows from the description. */
export interface Kind {
  /** The field that tells things apart. Default `id`. */
  readonly id?: string;
  /** Default: 16 letters and digits. */
  readonly newId?: () => string;
  /** What one has where nothing else was said. */
  readonly defaults?: JsonObject;
  /** There are secrets in it, at whatever depth: they are kept, and never shown. */
  readonly hasSecrets?: boolean;
  /** What a new one has beside what was asked for. */
  readonly made?: (place: Place, body: JsonObject) => JsonObject;
  /** What was there before anybody wrote: a single thing's fields, or a list's things. */
  readonly initial?: JsonObject | readonly JsonObject[];
  /** The words for one that is not there. */
  readonly missing?: readonly [message: string, errorCode?: string];
  /** A field that no two have alike, and the words for the second. */
  readonly unique?: readonly [field: string, message: string, errorCode?: string];
  /** The refusal of a second one, where there can be one only or whoever makes one gives its id. */
  readonly taken?: (there: JsonObject) => ApiError;
  /** Whether the things that a new one names by id must be there. */
  readonly namesOthers?: boolean;
  /** @throws {ApiError} for what no schema forbids. */
  readonly check?: (place: Place, after: JsonObject, before: JsonObject | undefined) => void;
  /** The body as it is kept, e.g. hours for minutes. */
  readonly kept?: (place: Place, body: JsonObject, before: JsonObject) => JsonObject;
  /** Fields that a PATCH merges; it replaces all others. */
  readonly merged?: readonly string[];
  /** One as it is shown; `undefined` for one that is not there any more. */
  readonly shown?: (place: Place, thing: JsonObject, reading: Reading) => JsonObject | undefined;
  /** @throws {ApiError} where this one may not go. */
  readonly checkDelete?: (place: Place, thing: JsonObject) => void;
  /** What goes with it. */
  readonly deleted?: (place: Place, thing: JsonObject) => void;
  /** What deleting one answers, where that is something. */
  readonly gone?: JsonObject;
  /** A PATCH answers what was sent, and nothing else. */
  readonly echoes?: boolean;
  /** Deleting one that is not there is no error. */
  readonly deletesSilently?: boolean;
  /** What a list is in the order of, where nobody asks. Default: the order in which things were made. */
  readonly sortedBy?: string;
  /** Fields of a list that are shown only where `fields` names them. */
  readonly onlyIfAsked?: readonly string[];
  /** The list's limit is its length. */
  readonly limitIsLength?: boolean;
  /** Another field that it can be found by. */
  readonly otherName?: string;
  /** Where it is kept, if another path has the same things. */
  readonly keptAt?: string;
  /** The tenant has none, and keeps none: lists are empty, and a write is refused. */
  readonly notKept?: boolean;
  /** It is a thing of its own, though its path ends as that of one of a list, or as that of a list. */
  readonly single?: boolean;
  /** A POST keeps nothing: what it answers. */
  readonly called?: (place: Place, body: JsonObject) => JsonObject;
  /** Nothing is kept: what a GET answers. */
  readonly counted?: (place: Place) => Json;
  /** A list of none does not say so. */
  readonly withoutZeros?: boolean;
}

/** A list of things that are somewhere else already: which of them belong to the owner that the path names. */
export interface Relation {
  /** Its name; both ends of it have the same. */
  readonly relation: string;
  /** The owner's id. Default: the path's `id`. */
  readonly owner?: (ids: Place['ids']) => string;
  /** Whether the owner is the second end. */
  readonly reversed?: boolean;
  /** The field of the body that names one or several; none for a relation that is written at its other end. */
  readonly field?: string;
  /** What tells one from the others. Default: the item itself, an id. */
  readonly key?: (item: Json) => string;
  /** @throws {ApiError} for one that cannot be linked. */
  readonly check?: (place: Place, key: string, item: Json) => void;
  /** One as it is shown; `undefined` for one that is gone. */
  readonly shown: (place: Place, key: string, item: Json, reading: Reading) => JsonObject | undefined;
  /** What is linked, where that is not only what was linked here. */
  readonly linked?: (place: Place) => readonly Linked[];
  /** What the list is in the order of. Default: the order in which they were linked. */
  readonly sortedBy?: string;
  readonly onlyIfAsked?: readonly string[];
  /** Its pages leave out a zero, as those of the Actions service do. */
  readonly withoutZeros?: boolean;
  /** A page tells where the next one begins until one is empty. */
  readonly endsEmpty?: boolean;
  /** Its total is 0, whatever there is. */
  readonly countsNothing?: boolean;
}
