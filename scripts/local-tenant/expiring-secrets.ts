import type { TenantContext } from './context.ts';
import { randomIdentifier } from './identifiers.ts';
import { sha256 } from './secrets.ts';

interface Expiring {
  /** Epoch milliseconds. */
  readonly expires_at: number;
}

/**
 * Documents that are found by a secret which only its holder knows: codes, tokens, sessions, pending logins. They survive a
 * restart; the secret itself is not stored, its hash is.
 */
export interface ExpiringSecrets<Document extends Expiring> {
  /** Stores the document and returns its new secret. */
  issue(document: Document): string;
  /** Stores the document under a secret that exists already. */
  keep(secret: string, document: Document): void;
  /** `undefined` when unknown or expired. */
  find(secret: string): Document | undefined;
  /** Finds and removes in one step: a second holder of the same secret gets `undefined`. */
  take(secret: string): Document | undefined;
  remove(secret: string): void;
  /** Puts what `change` gives in the place of each document; `undefined` removes it. For rare work: it reads them all. */
  changeEach(change: (document: Document) => Document | undefined): void;
}

/** Expired documents are swept out at most this often. */
const SWEEP_INTERVAL_MILLISECONDS = 60_000;

/**
 * @param name The collection's name.
 * @param length Characters of a secret. Default 43: 256 bits.
 */
export function expiringSecrets<Document extends Expiring & object>(
  context: TenantContext,
  name: string,
  length = 43,
): ExpiringSecrets<Document> {
  // The id is in the document too, so that a sweep can delete what it finds.
  const documents = context.store.collection<{ readonly id: string; readonly document: Document }>(name);
  let nextSweep = 0;

  const changeEach = (change: (document: Document) => Document | undefined): void => {
    context.store.transaction(() => {
      for (const { id, document } of documents.all()) {
        const changed = change(document);
        if (changed === undefined) documents.delete(id);
        else if (changed !== document) documents.put(id, { id, document: changed });
      }
    });
  };
  const sweep = (): void => {
    const now = context.now();
    if (now < nextSweep) return;
    nextSweep = now + SWEEP_INTERVAL_MILLISECONDS;
    changeEach((document) => (document.expires_at > now ? document : undefined));
  };
  const keep = (secret: string, document: Document): void => {
    sweep();
    const id = sha256(secret);
    documents.put(id, { id, document });
  };
  const find = (secret: string): Document | undefined => {
    const document = documents.get(sha256(secret))?.document;
    return document !== undefined && document.expires_at > context.now() ? document : undefined;
  };

  return {
    issue: (document) => {
      const secret = randomIdentifier(length);
      keep(secret, document);
      return secret;
    },
    keep,
    find,
    take: (secret) =>
      context.store.transaction(() => {
        const document = find(secret);
        documents.delete(sha256(secret));
        return document;
      }),
    remove: (secret) => {
      documents.delete(sha256(secret));
    },
    changeEach,
  };
}
