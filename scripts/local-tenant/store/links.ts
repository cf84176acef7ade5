import type { Json } from '../../base/json-values.ts';
import type { Store } from './store.ts';

interface LinkDocument {
  readonly other: string;
  /** What is linked: an id, or a value that says more. */
  readonly item: Json;
}

export interface Linked extends LinkDocument {
  /** Its place in the order in which things were linked. */
  readonly rank: number;
}

const ends = (store: Store, relation: string, owner: string, reversed = false) =>
  store.collection<LinkDocument>(`links ${relation}${reversed ? ' of' : ''} ${owner}`);

/** What is linked to `owner`, in the order in which it was. */
export const linkedTo = (
  store: Store,
  relation: string,
  owner: string,
  reversed = false,
): readonly Linked[] =>
  ends(store, relation, owner, reversed)
    .ranked()
    .map(({ rank, document }) => ({ ...document, rank }));

/** Links two things; kept at both ends, so that neither has to be searched for. */
export function link(store: Store, relation: string, owner: string, other: string, item: Json = other): void {
  store.transaction(() => {
    ends(store, relation, owner).put(other, { other, item });
    ends(store, relation, other, true).put(owner, { other: owner, item });
  });
}

export function unlink(store: Store, relation: string, owner: string, other: string): void {
  store.transaction(() => {
    ends(store, relation, owner).delete(other);
    ends(store, relation, other, true).delete(owner);
  });
}

/** Takes away all links of a thing that goes. */
export function unlinkAll(store: Store, relation: string, owner: string, reversed = false): void {
  for (const { other } of linkedTo(store, relation, owner, reversed)) {
    if (reversed) unlink(store, relation, other, owner);
    else unlink(store, relation, owner, other);
  }
}
