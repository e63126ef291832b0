import type { LocalDate } from '#libs/time';
import type { AcademyBed } from './academy-bed.js';
import type { ExpectedPeople } from './expected-people.js';
import { isOne } from './is-one.js';

/** Answers as somebody who knows the families, until nothing is asked. `first`: the day from which they are known. */
export async function answerAllOf(
  academy: AcademyBed,
  expected: ExpectedPeople,
  first: LocalDate,
): Promise<void> {
  for (;;) {
    const questions = await academy.questions();
    if (questions.length === 0) return;
    const keys = await academy.academyKeys();
    const keysOf = ({ personId }: { personId: string }) => keys.get(personId) ?? [];
    const present = expected.on(first);
    for (const question of questions) {
      const isSame =
        isOne(question, keysOf, expected, present) && !(await academy.isOfAnotherFamily(question));
      const answer = isSame ? 'SAME' : 'DIFFERENT';
      await academy
        .answer(question.pairId, answer)
        // Asked of somebody who has become somebody else meanwhile, or was told from them by a third.
        .catch((error: { code?: string }) => {
          if (!['DOUBLE_UNKNOWN', 'DOUBLE_ANSWERED'].includes(error.code ?? '')) throw error;
        });
    }
  }
}
