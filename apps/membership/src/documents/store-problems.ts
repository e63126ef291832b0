import { defineProblem } from '#libs/problems';

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
