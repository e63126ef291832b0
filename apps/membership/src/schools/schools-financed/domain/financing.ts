import type { InseeCode, Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import { MembershipNotActive, OutsideMembership } from '#libs/trade';
import type { School } from './school.js';

export class SchoolOutsideTerritory extends defineProblem('SCHOOL_OUTSIDE_TERRITORY', 'conflict') {}
export class SchoolNotPublic extends defineProblem('SCHOOL_NOT_PUBLIC', 'conflict') {}
export class SchoolAlreadyFinanced extends defineProblem('SCHOOL_ALREADY_FINANCED', 'conflict') {}
export class LinkInThePast extends defineProblem('LINK_IN_THE_PAST', 'conflict') {}

/** The membership that wants to pay for a school. */
export type Financer = {
  readonly membershipId: string;
  readonly status: string;
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  readonly organisationKind: string;
  /** Communes of its territory or composition. */
  readonly territory: readonly InseeCode[];
};

/** A school paid for by a membership for `[startsOn, endsOn)` (SCH-1). */
export type SchoolLink = {
  readonly membershipId: string;
  readonly uai: Uai;
  readonly startsOn: LocalDate;
  /** The membership's end, while nothing earlier is decided. */
  readonly endsOn: LocalDate;
  readonly insee: InseeCode;
  readonly territoryException: string;
  /** The paper of the exception; empty: none. */
  readonly exceptionDocumentId: string;
};

/**
 * The link that begins on a day and lasts as long as the membership. Throws MembershipNotActive,
 * OutsideMembership, SchoolNotPublic and SchoolOutsideTerritory unless an exception is recorded, and
 * LinkInThePast where it is not the coordinator who records it.
 */
export function finance(
  financer: Financer,
  school: School,
  from: LocalDate,
  options: {
    readonly today: LocalDate;
    readonly byCoordinator: boolean;
    readonly territoryException: string;
    readonly exceptionDocumentId?: string;
  },
): SchoolLink {
  const { membershipId, status, startsOn, endsOn } = financer;
  const { uai, insee, isPublic } = school;
  if (status !== 'ACTIVE' || !startsOn || !endsOn) {
    throw new MembershipNotActive(
      'L’adhésion n’est pas en vigueur : elle ne peut financer une école.',
      { status },
    );
  }
  if (from < startsOn || from >= endsOn) {
    throw new OutsideMembership(
      `Le rattachement commence entre le ${frenchDate(startsOn)} et le ${frenchDate(addDays(endsOn, -1))}.`,
      { from, startsOn, endsOn },
    );
  }
  if (from < options.today && !options.byCoordinator) {
    throw new LinkInThePast(
      'Un rattachement commence au plus tôt aujourd’hui. Pour une date passée, adressez-vous au coordonnateur.',
      { from, today: options.today },
    );
  }
  if (!isPublic && options.territoryException === '') {
    throw new SchoolNotPublic(
      'Cette école est privée : le groupement équipe les écoles publiques. Le coordonnateur peut enregistrer une exception motivée.',
      { uai },
    );
  }
  // The State finances wherever it chooses in the academy; a collectivity on its own territory.
  const isInside = financer.organisationKind === 'STATE' || financer.territory.includes(insee);
  if (!isInside && options.territoryException === '') {
    throw new SchoolOutsideTerritory(
      'Cette école n’est pas sur le territoire du membre : le coordonnateur peut enregistrer une exception motivée.',
      { uai, insee },
    );
  }
  const isException = !isInside || !isPublic;
  return {
    membershipId,
    uai,
    startsOn: from,
    endsOn,
    insee,
    territoryException: isException ? options.territoryException : '',
    exceptionDocumentId: isException ? (options.exceptionDocumentId ?? '') : '',
  };
}

export class LinkEndTooSoon extends defineProblem('LINK_END_TOO_SOON', 'conflict') {}
export class SchoolNotFinanced extends defineProblem('SCHOOL_NOT_FINANCED', 'conflict') {}

/** Why a member no longer pays for a school; a transfer is a command of its own (SCH-2). */
export type LinkEndReason =
  | 'SCHOOL_CLOSED'
  | 'SCHOOLS_MERGED'
  | 'MEMBER_CHOICE'
  | 'COMPETENCE_LOST'
  | 'RECORDING_ERROR';

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
