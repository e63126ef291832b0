import type { Transaction } from './transaction.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Rolls a transaction back that only looked. */
class Undone extends Error {
  override readonly name = 'Undone';
}

/** The answer of work whose writes are all undone. */
export async function undone<T>(
  unitOfWork: UnitOfWork,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let answer: { readonly of: T } | undefined;
  try {
    await unitOfWork.run(async (tx) => {
      answer = { of: await work(tx) };
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  if (!answer) throw new RangeError('work that was undone has no answer');
  return answer.of;
}
