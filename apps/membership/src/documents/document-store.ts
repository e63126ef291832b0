import { createHash } from 'node:crypto';
import { defineProblem } from '#libs/problems';

/** Where contents lie, outside the database, each under its SHA-256. */
export abstract class DocumentStore {
  /** Kept whole and on disk when it answers, or not at all. The same content again changes nothing. */
  abstract put(sha256: string, content: Uint8Array): Promise<void>;
  /** Undefined where it is absent. Not checked against its digest: the caller does. */
  abstract read(sha256: string): Promise<Uint8Array | undefined>;
  /** Absent already: nothing changes. */
  abstract remove(sha256: string): Promise<void>;
}

export class DocumentStoreUnavailable extends defineProblem(
  'DOCUMENT_STORE_UNAVAILABLE',
  'unavailable',
) {}

/** The store's answer; whatever it fails with (disk full, network) is the same to the person: later. */
export async function storeOrUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const problem = new DocumentStoreUnavailable(
      'Les documents sont momentanément inaccessibles. Réessayez dans quelques instants.',
    );
    problem.cause = cause;
    throw problem;
  }
}

/** Bytes that fit their digest, or the reason why there are none. */
export type KeptContent =
  | { readonly content: Uint8Array }
  | { readonly fault: 'ABSENT' | 'DAMAGED' };

/** Throws the store's own faults. */
export async function readIntact(store: DocumentStore, sha256: string): Promise<KeptContent> {
  const content = await store.read(sha256);
  if (!content) return { fault: 'ABSENT' };
  const isIntact = createHash('sha256').update(content).digest('hex') === sha256;
  return isIntact ? { content } : { fault: 'DAMAGED' };
}
