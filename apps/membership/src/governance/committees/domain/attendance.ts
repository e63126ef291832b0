import { defineProblem, refuseMistakes } from '#libs/problems';

export class AttendanceInvalid extends defineProblem('ATTENDANCE_INVALID', 'invalid') {}

export const outcomes = ['PRESENT', 'REPRESENTED', 'EXCUSED', 'ABSENT'] as const;

export type Attendance = {
  /** The invitation's. */
  readonly number: number;
  readonly outcome: (typeof outcomes)[number];
  /** Function and organisation; empty unless REPRESENTED. */
  readonly representedByFunction: string;
  readonly representedByOrganisation: string;
};
/** Throws AttendanceInvalid with every mistake. `invited`: the numbers of the invitations. */
export function checkAttendances(
  attendances: readonly Attendance[],
  invited: readonly number[],
): void {
  const numbers = attendances.map(({ number }) => number);
  const mistakes = [
    ...(attendances.length === 0 ? ['la liste est vide'] : []),
    ...attendances.flatMap((one, index) => [
      ...(invited.includes(one.number) ? [] : [`l’invitation ${one.number} n’existe pas`]),
      ...(numbers.indexOf(one.number) < index
        ? [`l’invitation ${one.number} figure deux fois`]
        : []),
      ...(saysByWhom(one)
        ? []
        : [
            `invitation ${one.number} : dites par qui (fonction et organisme) le membre est représenté, et seulement s’il l’est (convention, art. 7.1)`,
          ]),
    ]),
  ];
  refuseMistakes(mistakes, AttendanceInvalid, 'Corrigez les présences');
}

function saysByWhom(one: Attendance): boolean {
  const by = [one.representedByFunction, one.representedByOrganisation];
  const said = by.map((text) => text.trim() !== '');
  return one.outcome === 'REPRESENTED' ? said.every(Boolean) : !said.some(Boolean);
}
