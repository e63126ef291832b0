import { type LocalDate, localDate } from '#libs/time';
import { demoMembers, type DemoMember } from '../members.js';
import type { DayOf, DemoAct, MarketStory } from '../scenario.js';

/** What somebody does on a day of the academy's story. Each act may be done again: it then changes nothing. */
export type AcademyAct =
  | Extract<
      DemoAct,
      {
        kind:
          | 'announce-successor'
          | 'apply'
          | 'verify-and-accept'
          | 'activate-memberships'
          | 'finance-schools';
      }
    >
  | { readonly kind: 'fix-dates'; readonly notifiedOn: LocalDate; readonly effectiveOn: LocalDate }
  | { readonly kind: 'declare-sources' }
  | {
      readonly kind: 'deliver-aaf';
      readonly folder: string;
      /** Of the data. */
      readonly on: LocalDate;
      /** A delta: what has changed since the export of that day. */
      readonly since?: LocalDate;
    }
  | {
      /** A full export in which two schools have no pupils: held, then one is approved and the other rejected (DIR-3). */
      readonly kind: 'deliver-emptied';
      readonly folder: string;
      readonly on: LocalDate;
      readonly approved: string;
      readonly rejected: string;
    }
  /** Its head sends the lists of ONDE, reads what they would change and approves it (DIR-5). */
  | { readonly kind: 'send-onde'; readonly uai: string; readonly on: LocalDate }
  /** Level 2 of support sends the tables that the school wrote. */
  | { readonly kind: 'send-tables'; readonly uai: string; readonly on: LocalDate }
  /** The academy's LDAP says of its staff what is so on that day. Each business day begins with a reading of it. */
  | { readonly kind: 'fill-ldap'; readonly on: LocalDate }
  /** It is read at once. */
  | { readonly kind: 'read-ldap' }
  /** Who knows the families answers who is one (DIR-2), all but the last `left`. */
  | { readonly kind: 'answer-questions'; readonly by: string; readonly left: number }
  /** Somebody takes two for one; then the merge is undone. */
  | { readonly kind: 'merge-and-undo' }
  | { readonly kind: 'prove-erasure' };

export type AcademyStory = MarketStory & {
  readonly seed: string;
  /** All real public schools of the academy. */
  readonly schools: number;
  /** Pupils of the school at most: fewer people than in life, on one machine. */
  readonly headcountMax: (uai: string) => number;
  readonly days: readonly DayOf<AcademyAct>[];
};

/** Of members: whose head sends ONDE, who writes tables, who closes, and whose file was cut. */
export const schoolsOfStory = {
  onde: '0440437L',
  tables: '0530325R',
  closed: '0441606G',
  cut: '0491959N',
} as const;
/** Of the data: the first export, and the rentrée. */
export const dataDays = { first: localDate('2026-08-31'), rentree: localDate('2026-09-07') };
/** The first day on which whoever left at the rentrée or with the closure has been erased (SUP-4: 80 days). */
export const erasedOn = localDate('2026-12-01');

/** The schools that members pay for are the ones to look at. */
const headcountMax = { financed: 100, other: 10 };
/** For each of them: more than pupils are there, so that nobody waits for a seat. */
const committed = 125;
const memberKeys = ['ancenis', 'vertou', 'montreuil', 'mayenne', 'ferte'];
/** Level 2 of support. */
export const agent = 'support-2';
/** Questions that stay for whoever looks at the page, and one that is answered wrongly. */
const leftOpen = 7;

/** The whole story as data: an academy of 1,438 schools from its first export to the proof of an erasure. */
export function academyStory(): AcademyStory {
  const members = memberKeys.map(memberOf2026);
  const financed = new Set(members.flatMap(({ schools }) => schools.map(({ uai }) => uai)));
  return {
    marketCode: 'e-primo-2026',
    seed: 'academie',
    schools: 1_438,
    headcountMax: (uai) => (financed.has(uai) ? headcountMax.financed : headcountMax.other),
    members,
    days: [...groupBegins(), ...academyIsKnown(), ...rentree(), ...whoLeft()],
  };
}

/** The same communes four years later, with accounts for all pupils that their schools have here. */
function memberOf2026(key: string): DemoMember {
  const member = demoMembers.find((one) => one.key === key)!;
  return {
    ...member,
    appliedOn: member.appliedOn.replace(/^\d{4}/, (year) => String(Number(year) + 4)),
    schools: member.schools.map((school) => ({ ...school, committed })),
  };
}

const day = (text: string): LocalDate => localDate(text);

function groupBegins(): DayOf<AcademyAct>[] {
  const effectiveOn = day('2026-07-19');
  return [
    {
      on: day('2025-11-15'),
      title: 'Le marché 2026-2030 est annoncé',
      acts: [{ kind: 'announce-successor', marketCode: 'e-primo-2026' }],
    },
    {
      on: day('2026-01-14'),
      title: 'Le rectorat et cinq communes adhèrent, annexes 2 saisies',
      acts: ['rectorat', ...memberKeys].map((member) => ({
        kind: 'apply' as const,
        member,
      })),
    },
    {
      on: day('2026-01-16'),
      title: 'Annexes 2 vérifiées par une seconde personne, adhésions acceptées',
      acts: [{ kind: 'verify-and-accept' }],
    },
    {
      on: day('2026-04-10'),
      title: 'Marché notifié, dates fixées',
      acts: [{ kind: 'fix-dates', notifiedOn: day('2026-04-10'), effectiveOn }],
    },
    {
      on: effectiveOn,
      title: 'Début du marché : adhésions activées, écoles rattachées',
      acts: [{ kind: 'activate-memberships' }, { kind: 'finance-schools', from: effectiveOn }],
    },
  ];
}

function academyIsKnown(): DayOf<AcademyAct>[] {
  const { first: on } = dataDays;
  return [
    {
      on,
      title: 'Premier export AAF : les 1 438 écoles publiques de l’académie',
      acts: [
        { kind: 'declare-sources' },
        { kind: 'deliver-aaf', folder: `aaf-complet-${on}`, on },
        { kind: 'fill-ldap', on },
        { kind: 'answer-questions', by: agent, left: leftOpen },
      ],
    },
    {
      on: day('2026-09-01'),
      title: 'Le LDAP est lu ; une directrice envoie ses listes ONDE, une école ses tableaux',
      acts: otherSources(on),
    },
  ];
}

/** What the other sources say on a day, and the questions that come of it. */
function otherSources(on: LocalDate): AcademyAct[] {
  const { onde, tables } = schoolsOfStory;
  return [
    { kind: 'send-onde', uai: onde, on },
    { kind: 'send-tables', uai: tables, on },
    { kind: 'answer-questions', by: `school-${onde.toLowerCase()}`, left: 0 },
    { kind: 'answer-questions', by: agent, left: leftOpen },
  ];
}

function rentree(): DayOf<AcademyAct>[] {
  const { first: since, rentree: on } = dataDays;
  return [
    {
      on: day('2026-09-08'),
      title: 'Rentrée : un delta AAF change les classes de tous, les autres sources suivent',
      acts: [
        { kind: 'deliver-aaf', folder: `aaf-delta-${on}`, on, since },
        { kind: 'fill-ldap', on },
        { kind: 'read-ldap' },
        ...otherSources(on),
      ],
    },
    {
      on: day('2026-09-09'),
      title: 'Deux écoles sont vides dans un export : retenues ; une est approuvée, une rejetée',
      acts: [
        {
          ...{ kind: 'deliver-emptied', folder: `aaf-complet-${on}`, on },
          ...{ approved: schoolsOfStory.closed, rejected: schoolsOfStory.cut },
        },
      ],
    },
    {
      on: day('2026-09-10'),
      title: 'Deux personnes prises pour une : réunies, puis la réunion est défaite',
      acts: [{ kind: 'merge-and-undo' }],
    },
  ];
}

function whoLeft(): DayOf<AcademyAct>[] {
  return [
    { on: erasedOn, title: 'Quatre-vingts jours ont passé : qui est parti est effacé', acts: [] },
    {
      // Eight days later the tombstones are told once more, so that Kafka forgets what is before them.
      on: day('2026-12-10'),
      title: 'La déléguée à la protection des données fait prouver un effacement',
      acts: [{ kind: 'prove-erasure' }],
    },
  ];
}
