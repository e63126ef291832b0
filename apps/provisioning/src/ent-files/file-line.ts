import type { EntFilePerson, EntMember } from '../ent/ent.module.js';
import { entProfiles, type EntOutcome, type EntTask } from '../ent-work/ent-work.module.js';
import type { FileChild } from './file-work.pg.js';

/** One account as a line of its school's files. */
export type FileLine = {
  readonly task: EntTask;
  readonly person: EntFilePerson;
  readonly children: readonly FileChild[];
};

/**
 * Who may be made by a file: not who perhaps has a user there from before, which is restored by calls, and not who is found
 * by an academic mail, for which files have no column.
 */
export const fitsFile = ({ state, entId, former, academicMail, isToTryAgain }: EntTask): boolean =>
  state === 'PROVISIONING' &&
  !isToTryAgain &&
  entId === null &&
  former === null &&
  academicMail === '';

export function lineOf(task: EntTask, children: readonly FileChild[]): FileLine {
  const { externalId, profile, firstName, lastName, birthDate, home } = task;
  return {
    ...{ task, children },
    person: {
      ...{ externalId, firstName, lastName, birthDate },
      ...{ profile: entProfiles[profile], classLabel: home.label },
      childExternalIds: children.map((child) => child.externalId),
    },
  };
}

/**
 * What the ENT has of an account by the list of its school. What differs from what is wanted (another class, a link that the
 * file did not make, a name that was written otherwise) is told by calls afterwards.
 */
export function outcomeOf(
  { task, person, children }: FileLine,
  member: EntMember,
  {
    byExternalId,
    classes,
  }: {
    readonly byExternalId: ReadonlyMap<string, EntMember>;
    readonly classes: ReadonlyMap<string, string>;
  },
): EntOutcome {
  const { uai } = task.home;
  const childEntIds = new Set(member.childEntIds);
  return {
    ...{ accountId: task.accountId, attempts: task.attempts },
    ...{ entId: member.entId, login: member.login, isBlocked: member.isBlocked },
    ...(isNamedSo(person, member) ? { identity: task.identity } : {}),
    ...{ isConfirmed: true, areClassesRead: true },
    joined: member.classes.flatMap(({ entId: classId }) => {
      const label = classes.get(classId);
      return label === undefined ? [] : [{ uai, label, classId }];
    }),
    linkedChildren: children.filter(({ accountId, externalId }) => {
      const entId =
        byExternalId.get(externalId)?.entId ??
        task.children.find((child) => child.accountId === accountId)?.entId;
      return entId !== undefined && childEntIds.has(entId);
    }),
  };
}

const isNamedSo = (sent: EntFilePerson, found: EntMember): boolean =>
  sent.firstName.trim() === found.firstName &&
  sent.lastName.trim() === found.lastName &&
  sent.birthDate === found.birthDate;
