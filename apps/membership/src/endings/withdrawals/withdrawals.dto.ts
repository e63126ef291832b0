import { z } from 'zod';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  RegisteredLetter as LetterMessage,
  RegisteredLetterSchema,
  WithdrawalNoticeSchema,
  WithdrawalReminderSchema,
} from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';
import type { RegisteredLetter } from './domain/withdrawal-notice.js';
import type { LetterGiven } from './registered-letters.js';
import type { ReminderView } from './withdrawal-reminders.pg.js';
import type { NoticeView } from './withdrawals.pg.js';

export class RegisteredLetterInvalid extends defineProblem('LETTER_INVALID', 'invalid') {}

const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const dates = z.object({
  number: z.string().trim().min(1).max(100),
  sentOn: day,
  receivedOn: day,
});
const letter = z.union([
  dates.extend({ documentId: z.string().min(1).max(100) }),
  dates.extend({
    document: z.object({
      title: z.string().trim().min(1).max(200),
      sha256: z.string().regex(/^([0-9a-f]{64})?$/),
      datedOn: day,
    }),
  }),
]);

/** Throws RegisteredLetterInvalid with the fields: a notice without its document proves nothing. */
export function fromLetter(message: LetterMessage | undefined): LetterGiven {
  const parsed = letter.safeParse(message ?? {});
  if (!parsed.success) {
    // The fields that are told are those of a letter stated in full: all of them, with either way in.
    const fields = dates
      .safeParse(message ?? {})
      .error?.issues.map((issue) => issue.path.join('.')) ?? ['document'];
    throw new RegisteredLetterInvalid(
      `Indiquez le numéro de la lettre recommandée, ses dates et son document : ${fields.join(', ')}.`,
      { fields },
    );
  }
  if ('documentId' in parsed.data) return parsed.data;
  const { document, ...rest } = parsed.data;
  return { ...rest, document: { kind: 'LETTER', ...document } };
}

const toLetterMessage = (
  registered: RegisteredLetter,
): MessageInitShape<typeof RegisteredLetterSchema> => ({ ...registered });

export function toNoticeMessage(view: NoticeView): MessageInitShape<typeof WithdrawalNoticeSchema> {
  const { letter: sent, revocation, ...rest } = view;
  return {
    ...rest,
    letter: toLetterMessage(sent),
    ...(revocation
      ? { revocation: toLetterMessage(revocation.letter), revokedOn: revocation.recordedOn }
      : {}),
  };
}

export const toReminderMessage = (
  view: ReminderView,
): MessageInitShape<typeof WithdrawalReminderSchema> => ({ ...view });
