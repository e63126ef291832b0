import { Injectable } from '@nestjs/common';
import { isBlockedInEnt, isOpen, type Profile } from '../accounts/accounts.module.js';
import {
  EntAlreadyThere,
  EntGateway,
  EntPlaceGone,
  type EntProfile,
  EntRefused,
  EntUnavailable,
  type EntUser,
} from '../ent/ent.module.js';
import { EntPlaces } from './ent-places.js';
import type { EntOutcome, EntTask } from './ent-task.js';

/**
 * Makes the ENT match one account (PRV-4). May run twice for the same account: creation is told
 * apart by externalId, blocking and linking have no second effect, deletion checks.
 */
@Injectable()
export class MatchInEnt {
  constructor(
    private readonly ent: EntGateway,
    private readonly places: EntPlaces,
  ) {}

  /** Writes into the outcome what was learnt up to a fault. Throws EntRefused, EntUnavailable. */
  async execute(task: EntTask, outcome: EntOutcome, startedAtMs: number): Promise<void> {
    let entId = task.entId;
    let isBlocked = task.isBlocked;
    const mustBlock = isBlockedInEnt(task.state);
    if (entId === null) {
      // Open and unknown there: the ENT had lost it while it was waiting, closing or suspended (PRV-5).
      const isWanted = task.state === 'PROVISIONING' || isOpen(task.state);
      const user = await this.find(task, startedAtMs);
      const former = user === undefined && isWanted ? await this.restoreFormer(task) : undefined;
      if (user !== undefined) {
        // In which class it was made is not known: it is behind, and joins its own.
        const place = `${user.uai}|`;
        Object.assign(outcome, { entId: user.entId, login: user.login, isBlocked: false, place });
      } else if (former !== undefined) {
        Object.assign(outcome, former);
        isBlocked = !mustBlock;
      } else if (isWanted) return this.create(task, outcome);
      else {
        outcome.isAbsent = true;
        return;
      }
      entId = (user ?? former)?.entId ?? '';
    }
    if (task.state === 'DELETED') {
      await this.ent.remove(entId);
      outcome.isRemoved = true;
      return;
    }
    if (isBlocked !== mustBlock) await this.ent.setBlocked(entId, mustBlock);
    outcome.isBlocked = mustBlock;
    outcome.isConfirmed = task.state === 'PROVISIONING';
    // Before anything that may be refused: who is no guardian any more must not see the child.
    for (const child of task.formerChildren) {
      await this.ent.unrelate(child.entId, entId);
      outcome.unlinkedChildIds = [...(outcome.unlinkedChildIds ?? []), child.accountId];
    }
    await this.nameAnew(task, entId, outcome);
    if (isOpen(task.state) && task.entPlace !== placeOf(task))
      await this.moveTo(task, entId, outcome);
    await this.relate(task.unlinkedChildren, entId, outcome);
  }

  private async create(task: EntTask, outcome: EntOutcome): Promise<void> {
    const structureId = await this.structureOf(task);
    let classId = await this.classOf(structureId, task);
    try {
      const user = await this.inClass(task, classId, (into) => {
        classId = into;
        return this.ent.createUser(into, {
          externalId: task.externalId,
          academicMail: task.academicMail,
          firstName: task.firstName,
          lastName: task.lastName,
          birthDate: task.birthDate,
          profile: entProfiles[task.profile],
          childEntIds: task.children.map(({ entId }) => entId),
        });
      });
      const { academicMail } = task;
      Object.assign(outcome, user, { identity: task.identity, academicMail });
    } catch (error) {
      if (!(error instanceof EntAlreadyThere)) throw error;
      const user = await this.userOf(task, structureId, performance.now());
      // Looked for everywhere by then: somebody else bears the key there, or one who was deleted and is still kept.
      if (!user && task.attempts > 1) throw new EntRefused('ENT_IDENTIFIER_TAKEN');
      if (!user) throw new EntUnavailable('ENT_BUSY', { cause: error });
      Object.assign(outcome, { entId: user.entId, login: user.login });
    }
    Object.assign(outcome, { classId, place: placeOf(task), isBlocked: false, isConfirmed: true });
    // The creation made the link and no more: it is this call that puts a guardian into the child's class and school.
    await this.relate(task.children, outcome.entId ?? '', outcome);
  }

  /** A marriage, a mistake put right: the login stays as it is (MKT-5). An equal state was told already. */
  private async nameAnew(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    const { identity, firstName, lastName, birthDate } = task;
    if (identity === null || identity === task.toldIdentity) return;
    if (!isOpen(task.state) && task.state !== 'PROVISIONING') return;
    await this.ent.nameUser(entId, { firstName, lastName, birthDate });
    outcome.identity = identity;
  }

  /**
   * Who comes back gets the user of before, with login and content, as long as the ENT keeps it (PRV-3). Its classes of
   * then are left by whoever finds it in them.
   */
  private async restoreFormer(
    task: EntTask,
  ): Promise<Pick<EntOutcome, 'entId' | 'login' | 'takenOverAs'> | undefined> {
    if (task.former === null || !task.former.isRemoved) return undefined;
    const { entId } = task.former;
    const found = await this.ent.whereaboutsOf(entId);
    if (found.is === 'ABSENT') return undefined;
    if (found.is === 'PRE_DELETED') await this.ent.restore(entId);
    return { entId, login: found.login, takenOverAs: found.externalId };
  }

  /** Undefined: not there. One that the books are just deleting is waited for. */
  private async userOf(
    { externalId, former }: EntTask,
    structureId: string,
    notBeforeMs: number,
  ): Promise<EntUser | undefined> {
    const user = await this.places.userByExternalId(structureId, externalId, notBeforeMs);
    if (user && user.entId === former?.entId) throw new EntUnavailable('ENT_BUSY');
    return user;
  }

  /** Read before create: only where an earlier call may have been done without our knowing. */
  private async find(
    task: EntTask,
    startedAtMs: number,
  ): Promise<(EntUser & { uai: string }) | undefined> {
    if (task.attempts === 1) return undefined;
    const home = { uai: task.uai, structureId: await this.structureOf(task) };
    for (const { uai, structureId } of [home, ...task.triedSchools]) {
      const user = await this.userOf(task, structureId, startedAtMs);
      if (user) return { ...user, uai };
    }
    return undefined;
  }

  /** As the books had it when the work was taken: they may have been put right since it was made (PRV-5). */
  private async structureOf({ structureId, uai, schoolName }: EntTask): Promise<string> {
    return structureId ?? this.places.structure(uai, schoolName);
  }

  private async classOf(structureId: string, task: EntTask): Promise<string> {
    return task.classId ?? this.places.schoolClass(structureId, wantedPlace(task));
  }

  /** Done in a class, or in the one instead of it where the ENT has it no more. */
  private async inClass<Done>(
    task: EntTask,
    classId: string,
    work: (classId: string) => Promise<Done>,
  ): Promise<Done> {
    try {
      return await work(classId);
    } catch (error) {
      if (!(error instanceof EntPlaceGone)) throw error;
      const structureId = await this.structureOf(task);
      // It is the user that is not there.
      if (await this.places.hasClass(structureId, classId))
        throw new EntRefused('ENT_MOVE_REFUSED');
      return work(await this.places.classInsteadOf(classId, structureId, wantedPlace(task)));
    }
  }

  private async relate(
    children: EntTask['children'],
    entId: string,
    outcome: EntOutcome,
  ): Promise<void> {
    for (const child of children) {
      await this.ent.relate(child.entId, entId);
      outcome.linkedChildIds = [...(outcome.linkedChildIds ?? []), child.accountId];
    }
  }

  /** Related anew they join where the pupil is now; the ENT takes them out of nowhere. */
  private async takeRelativesAlong(task: EntTask, entId: string): Promise<void> {
    for (const { entId: relativeId, staysInClass, staysInSchool } of task.followers) {
      await this.ent.relate(entId, relativeId);
      if (task.entClassId !== null && !staysInClass)
        await this.ent.leaveClass(task.entClassId, relativeId);
      if (task.leftStructureId !== null && !staysInSchool)
        await this.ent.leaveStructure(task.leftStructureId, relativeId);
    }
  }

  private async moveTo(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    let classId = await this.classOf(await this.structureOf(task), task);
    if (classId !== task.entClassId) {
      await this.inClass(task, classId, (into) => {
        classId = into;
        return this.ent.joinClass(into, entId);
      });
      const left = task.entClassId === null ? task.triedClassIds : [task.entClassId];
      for (const each of left) if (each !== classId) await this.ent.leaveClass(each, entId);
    }
    await this.takeRelativesAlong(task, entId);
    if (task.leftStructureId !== null) await this.ent.leaveStructure(task.leftStructureId, entId);
    Object.assign(outcome, { classId, place: placeOf(task) });
  }
}

function wantedPlace({ uai, schoolName, classLabel: label, classLevel: level }: EntTask) {
  return { uai, schoolName, label, level };
}

function placeOf({ uai, classLabel }: EntTask): string {
  return `${uai}|${classLabel}`;
}

const entProfiles: Readonly<Record<Profile, EntProfile>> = {
  STUDENT: 'Student',
  RELATIVE: 'Relative',
  TEACHER: 'Teacher',
  PERSONNEL: 'Personnel',
  GUEST: 'Guest',
};
