import type { Table } from '#libs/spreadsheets';
import type { WholeActivity } from './group-activity.js';

const header = [
  'Membre',
  'Nature',
  'État',
  'Du',
  'Au (exclu)',
  'Besoin',
  'Engagement (annexe 2)',
  'Commandé',
  'Marge',
  'Places occupées',
  'En attente d’une place',
  'Écoles financées',
  'Bons de commande',
];

/** One row for each member and item, then the totals of the group (GOV-1): counts only, never a person (SUP-3). */
export function activityTable({ on, totals, members }: WholeActivity): Table {
  return [
    ['Activité du groupement', `au ${on}`],
    header,
    ...members.flatMap((member) =>
      member.figures.map((figures) => [
        member.organisationName,
        member.organisationKind,
        member.status,
        member.startsOn,
        member.endsOn,
        figures.label,
        figures.commitment,
        figures.ordered,
        figures.margin,
        member.seatsHeld,
        member.waiting,
        member.schoolsFinanced,
        member.ordersSigned,
      ]),
    ),
    ...totals.figures.map((figures) => [
      `Total du groupement (${totals.members} membres)`,
      ...Array.from({ length: 4 }, () => null),
      figures.label,
      figures.commitment,
      figures.ordered,
      figures.margin,
      null,
      null,
      totals.schoolsFinanced,
      totals.ordersSigned,
    ]),
  ];
}
