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
import type { NoticeView, ReminderView } from './withdrawals.reader.js';

export class RegisteredLetterInvalid extends defineProblem('LETTER_INVALID', 'invalid') {}

const day = z.string().refine(isLocalDate) as unknown as z.ZodType<LocalDate>;
const letter = z.object({
  number: z.string().trim().min(1).max(100),
  sentOn: day,
  receivedOn: day,
  document: z.object({
    title: z.string().trim().min(1).max(200),
    sha256: z.string().regex(/^([0-9a-f]{64})?$/),
    datedOn: day,
  }),
});

/** Throws RegisteredLetterInvalid with the fields: a notice without its document proves nothing. */
export function fromLetter(message: LetterMessage | undefined): RegisteredLetter {
  const parsed = letter.safeParse(message ?? {});
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new RegisteredLetterInvalid(
      `Indiquez le numéro de la lettre recommandée, ses dates et son document : ${fields.join(', ')}.`,
      { fields },
    );
  }
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
