import { plain, type RegisteredLetter as LetterMessage } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { documentGiven } from '../../documents/documents.module.js';
import type { RegisteredLetter } from './domain/withdrawal-notice.js';
import type { LetterGiven } from './registered-letters.js';
import type { NoticeView } from './withdrawals.pg.js';

export class RegisteredLetterInvalid extends defineProblem('LETTER_INVALID', 'invalid') {}

/** The contract's bounds hold by now. Throws RegisteredLetterInvalid: a notice without its document proves nothing. */
export function fromLetter(message: LetterMessage | undefined): LetterGiven {
  const { document, documentId, ...letter } = plain(message!);
  const given = documentGiven({ document, documentId }, 'LETTER');
  if (given) return { ...(letter as Omit<RegisteredLetter, 'document'>), ...given };
  throw new RegisteredLetterInvalid(
    'Indiquez le document de la lettre recommandée : sans lui, elle ne prouve rien.',
    { fields: ['document'] },
  );
}

export const toNoticeMessage = ({ revocation, ...notice }: NoticeView) => ({
  ...notice,
  ...(revocation ? { revocation: revocation.letter, revokedOn: revocation.recordedOn } : {}),
});
