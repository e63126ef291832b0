import { type LetterReceived, plain } from '#libs/contracts';
import type { LetterGiven } from './registered-letters.js';
import type { NoticeView } from './withdrawals.pg.js';

/** The contract's bounds hold by now. */
export const fromLetter = (message: LetterReceived | undefined) => plain(message!) as LetterGiven;

export const toNoticeMessage = ({ revocation, ...notice }: NoticeView) => ({
  ...notice,
  ...(revocation ? { revocation: revocation.letter, revokedOn: revocation.recordedOn } : {}),
});
