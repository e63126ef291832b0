import type { Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import type { SchoolLink } from './financing.js';

export class LinkEndTooSoon extends defineProblem('LINK_END_TOO_SOON', 'conflict') {}
export class SchoolNotFinanced extends defineProblem('SCHOOL_NOT_FINANCED', 'conflict') {}

/** Why a member no longer pays for a school; a transfer is a command of its own (SCH-2). */
export type LinkEndReason =
  'SCHOOL_CLOSED' | 'SCHOOLS_MERGED' | 'MEMBER_CHOICE' | 'COMPETENCE_LOST' | 'RECORDING_ERROR';

/**
 * The link that a membership ends on a day, tomorrow at the earliest: accounts close from that day on, so nobody
 * learns of it afterwards. On its first day it is taken back whole. Throws LinkEndTooSoon, SchoolNotFinanced.
 */
export function linkToEnd(
  link: SchoolLink | undefined,
  {
    uai,
    endsOn,
    today,
  }: { readonly uai: Uai; readonly endsOn: LocalDate; readonly today: LocalDate },
): SchoolLink {
  if (endsOn <= today) {
    const earliest = addDays(today, 1);
    throw new LinkEndTooSoon(
      `Un rattachement prend fin au plus tôt le ${frenchDate(earliest)} : les comptes de l’école seront fermés à partir de ce jour.`,
      { uai, endsOn, earliest },
    );
  }
  if (!link) {
    throw new SchoolNotFinanced(
      `Ce membre ne finance pas l’école ${uai} le ${frenchDate(endsOn)} : son rattachement s’achève déjà avant, ou commence après.`,
      { uai, endsOn },
    );
  }
  return link;
}
