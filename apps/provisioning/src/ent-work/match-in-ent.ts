import { Injectable } from '@nestjs/common';
import { awaitsAcademyKey, awaitsFeed } from '#libs/trade';
import { isBlockedInEnt, isOpen, type Profile } from '../accounts/accounts.module.js';
import {
  EntAlreadyThere,
  EntGateway,
  EntPlaceGone,
  type EntProfile,
  EntRefused,
  EntUnavailable,
} from '../ent/ent.module.js';
import { EntPlaces, type FoundUser } from './ent-places.js';
import {
  type EntOutcome,
  type EntTask,
  identifierTaken,
  type ToldPlace,
  type WantedPlace,
} from './ent-task.js';
import { isSame } from './place-changes.js';
import { mayTakeOver, RestoreFormer } from './restore-former.js';

/**
 * Makes the ENT match one account (PRV-4). May run twice for the same account: creation is told
 * apart by externalId, blocking and linking have no second effect, deletion checks.
 */
@Injectable()
export class MatchInEnt {
  constructor(
    private readonly ent: EntGateway,
    private readonly places: EntPlaces,
    private readonly former: RestoreFormer,
  ) {}

  /** Writes into the outcome what was learnt up to a fault. Throws EntRefused, EntUnavailable. */
  async execute(task: EntTask, outcome: EntOutcome): Promise<void> {
    const mustBlock = isBlockedInEnt(task.state);
    let { entId, isBlocked } = task;
    let { placesToJoin } = task;
    if (entId === null) {
      const user = await (task.fedBy === null ? this.find(task) : this.findFed(task));
      // Open and unknown there: the ENT had lost it while it was waiting, closing or suspended (PRV-5).
      const isWanted = isPlaced(task);
      const isRestorable = user === undefined && isWanted && task.fedBy === null;
      // A restoration is several calls.
      if (isRestorable && mayTakeOver(task)) outcome.hasCalled = true;
      const former = isRestorable ? await this.former.execute(task) : undefined;
      if (user !== undefined) {
        // After the first try its creation alone may be unheard, and that is done. Later, a block of before may still come.
        const isCurrent =
          task.attempts === 2 && task.state === 'PROVISIONING' && task.fedBy === null;
        isBlocked = isCurrent ? user.isBlocked : !mustBlock;
        Object.assign(outcome, { entId: user.entId, login: user.login, isBlocked });
        if (isCurrent) {
          // It joins what it lacks, and leaves what else it is in by the next round.
          outcome.joined = user.places;
          placesToJoin = placesToJoin.filter(
            (place) => !user.places.some((each) => isSame(each, place)),
          );
          if (isNamed(user, task)) outcome.identity = task.identity;
          if (!user.isBlocked && placesToJoin.length === 0 && outcome.identity === task.identity)
            return void Object.assign(outcome, { isConfirmed: confirms(task) });
        } else outcome.joined = task.triedPlaces.filter((place) => !place.isWanted);
      } else if (former !== undefined) {
        // Its block of then is not known, and stays in question until the ENT was told.
        isBlocked = !mustBlock;
        Object.assign(outcome, former.learnt, { isBlocked });
        if (former.stays) return this.openAsItIs(task, former.learnt.entId, outcome);
      } else if (isWanted && task.fedBy !== null) {
        outcome.standingCode = isKeyOf(task.fedBy, task) ? awaitsFeed : awaitsAcademyKey;
        return;
      } else if (isWanted) return this.create(task, outcome);
      else {
        outcome.isAbsent = true;
        return;
      }
      entId = user?.entId ?? former?.learnt.entId ?? '';
    }
    outcome.hasCalled = true;
    if (task.state === 'DELETED') {
      await this.ent.remove(entId, structuresOf(task));
      outcome.isRemoved = true;
      return;
    }
    const isBlockDue = isBlocked !== mustBlock;
    // What never waits goes alone; the rest is for a plan, by the next round (PRV-8).
    // An opening without an answer may have been done since (PRV-4), and is undone first.
    const isSuspending = task.state === 'SUSPENDED' && (isBlockDue || task.attempts > 1);
    if (task.formerChildren.length > 0 && !isSuspending)
      return this.takeBackLinks(task, entId, outcome);
    const isLetIn = !mustBlock && task.isUrgentlyBlocked;
    if ((isBlockDue || isSuspending) && !isLetIn) await this.ent.setBlocked(entId, mustBlock);
    outcome.isBlocked = mustBlock;
    const isOpening = isBlockDue && isToBePlanned(task);
    outcome.isConfirmed = confirms(task);
    if (isSuspending || isOpening) return this.noteWhatWasDone(task, entId, outcome);
    await this.nameAnew(task, entId, outcome);
    if (isPlaced(task)) {
      for (const place of placesToJoin) await this.joinAgain(task, place, entId, outcome);
      for (const place of task.placesToLeave) await this.leave(place, entId, outcome);
    }
    await this.relate(task.unlinkedChildren, entId, outcome);
    await this.noteWhatWasDone(task, entId, outcome);
  }

  /** Its classes are the new account's from now on; what differs is due in the next round. */
  private async openAsItIs(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    Object.assign(outcome, { hasCalled: true, isTakenAsItIs: true });
    const mustBlock = isBlockedInEnt(task.state);
    await this.ent.setBlocked(entId, mustBlock);
    await this.readUser(task, entId, outcome);
    outcome.isBlocked = mustBlock;
    outcome.isConfirmed = confirms(task);
  }

  /** Before anything that may be refused: who is no guardian any more must not see the child. */
  private async takeBackLinks(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    for (const child of task.formerChildren) {
      await this.ent.unrelate(child.entId, entId);
      outcome.unlinkedChildIds = [...(outcome.unlinkedChildIds ?? []), child.accountId];
    }
    // It may have taken a guardian out of classes that nobody joins again before it comes back.
    if (!isPlaced(task)) return this.readUser(task, entId, outcome);
    // A link taken back takes a guardian out of the class, perhaps while another child comes into it.
    for (const place of [...task.placesKept, ...task.placesToJoin])
      await this.joinAgain(task, place, entId, outcome);
    await this.noteWhatWasDone(task, entId, outcome);
  }

  private async create(task: EntTask, outcome: EntOutcome): Promise<void> {
    const { home } = task;
    const structureId = await this.structureOf(home);
    let classId = await this.classOf(structureId, home);
    let isFound = false;
    try {
      const { academicMail } = task;
      const user = await this.inClass(home, classId, undefined, (into) => {
        classId = into;
        return this.places.creationInTurn(structureId, () => {
          outcome.hasCalled = true;
          return this.ent.createUser(into, {
            externalId: task.externalId,
            academicMail,
            firstName: task.firstName,
            lastName: task.lastName,
            birthDate: task.birthDate,
            profile: entProfiles[task.profile],
            childEntIds: task.children.map(({ entId }) => entId),
          });
        });
      });
      const joined = [{ uai: home.uai, label: home.label, classId }];
      Object.assign(outcome, user, { identity: task.identity, academicMail, joined });
    } catch (error) {
      if (!(error instanceof EntAlreadyThere)) throw error;
      const user = await this.userOf(task, structureId);
      // Looked for everywhere by then: somebody else bears the key there, or one who was deleted and is still kept.
      if (!user && task.attempts > 1) throw new EntRefused(identifierTaken);
      if (!user) throw new EntUnavailable('ENT_BUSY', { cause: error });
      isFound = true;
      const { entId, login, isBlocked, places } = user;
      Object.assign(outcome, { entId, login, isBlocked, joined: places });
      if (isNamed(user, task)) outcome.identity = task.identity;
      // Unknown to the books until now, it may have been blocked for that (PRV-5).
      if (isBlocked) await this.ent.setBlocked(entId, false);
    }
    const { entId = '', joined = [] } = outcome;
    Object.assign(outcome, { isBlocked: false, isConfirmed: true });
    const further = task.placesToJoin.filter(
      (place) => !joined.some((told) => isSame(told, place)),
    );
    for (const place of further) await this.join(place, entId, outcome);
    // The creation made the link and no more: it is this call that puts a guardian into the child's class and school.
    await this.relate(task.children, entId, outcome);
    // Made by an earlier call, perhaps in another class.
    if (isFound) await this.noteWhatWasDone(task, entId, outcome);
  }

  /**
   * An earlier call may have been done without our knowing: shut the account out or let it in, brought it into a class, or out
   * of one; a guardian is brought where its child is, which may have moved meanwhile. What the ENT has is noted, and the next
   * round does the rest; of who is blocked by then too, since it may come back. Read last, since the ENT does one change
   * after the other.
   */
  private async noteWhatWasDone(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    if (task.attempts > 1) await this.readUser(task, entId, outcome);
  }

  private async readUser(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    const user = await this.places.asItHas(entId);
    if (user === undefined) return;
    const { classes: found } = user;
    const isBlocked = task.isUrgentlyBlocked ? isBlockedInEnt(task.state) : user.isBlocked;
    const { joined = [], left = [] } = outcome;
    const told = [...task.placesKept, ...task.placesToLeave, ...joined];
    const lost = told.filter((place) => !found.some((each) => isSame(each, place)));
    const gone = left.filter((place) => !found.some((each) => isSame(each, place)));
    Object.assign(outcome, { isBlocked, joined: found, left: [...gone, ...lost] });
    outcome.areClassesRead = true;
  }

  /** A marriage, a mistake put right: the login stays as it is (MKT-5). An equal state was told already. */
  private async nameAnew(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    const { identity, firstName, lastName, birthDate } = task;
    if (identity === null || identity === (outcome.identity ?? task.toldIdentity)) return;
    if (!isOpen(task.state) && task.state !== 'PROVISIONING') return;
    // The next feed would write its own names again.
    if (task.fedBy === null) await this.ent.nameUser(entId, { firstName, lastName, birthDate });
    outcome.identity = identity;
  }

  /**
   * Undefined: not there, or there again as the account before had it, which is restored by its own way. One that the
   * books are just deleting is waited for.
   */
  private async userOf(task: EntTask, structureId: string): Promise<FoundUser | undefined> {
    const user = await this.places.userByExternalId(structureId, task.externalId);
    if (user === undefined || user.entId !== task.former?.entId) return user;
    if (!mayTakeOver(task)) throw new EntUnavailable('ENT_BUSY');
    return undefined;
  }

  /** Read before create: only where an earlier call may have been done without our knowing. */
  private async find(task: EntTask): Promise<FoundUser | undefined> {
    if (task.attempts === 1) return undefined;
    const { home, triedPlaces } = task;
    const tried = triedPlaces.flatMap(({ structureId }) => structureId ?? []);
    for (const structureId of new Set([await this.structureOf(home), ...tried])) {
      const user = await this.userOf(task, structureId);
      if (user) return user;
    }
    return undefined;
  }

  /** Each time: the feed may have made it since. A school that the ENT has not yet is made by the feed, too. */
  private async findFed(task: EntTask): Promise<FoundUser | undefined> {
    const { structureId, uai } = task.home;
    const known = structureId ?? (await this.places.knownStructure(uai));
    return known === undefined ? undefined : this.userOf(task, known);
  }

  /** As the books had it when the work was taken: they may have been put right since it was made (PRV-5). */
  private async structureOf({ structureId, uai, schoolName }: WantedPlace): Promise<string> {
    return structureId ?? this.places.structure(uai, schoolName);
  }

  private async classOf(structureId: string, place: WantedPlace): Promise<string> {
    return place.classId ?? this.places.schoolClass(structureId, place);
  }

  /** Nothing was done in a class that is there: the user is not, or the answer was none (201 `{}` says no more). */
  private async whyNot(entId: string | undefined): Promise<Error> {
    const isGone = entId !== undefined && (await this.ent.whereaboutsOf(entId)).is !== 'PRESENT';
    return isGone ? new EntRefused('ENT_MOVE_REFUSED') : new EntUnavailable('ENT_FAULT');
  }

  /** Done in a class, or in the one instead of it where the ENT has it no more. `entId`: of who is to come into it. */
  private async inClass<Done>(
    place: WantedPlace,
    classId: string,
    entId: string | undefined,
    work: (classId: string) => Promise<Done>,
  ): Promise<Done> {
    try {
      return await work(classId);
    } catch (error) {
      if (!(error instanceof EntPlaceGone)) throw error;
      const structureId = await this.structureOf(place);
      if (await this.places.hasClass(structureId, classId)) throw await this.whyNot(entId);
      return work(await this.places.classInsteadOf(classId, structureId, place));
    }
  }

  private async relate(
    children: EntTask['children'],
    entId: string,
    outcome: EntOutcome,
  ): Promise<void> {
    for (const child of children) {
      await this.ent.relate(child.entId, entId);
      outcome.linkedChildren = [...(outcome.linkedChildren ?? []), child];
      note(outcome, child.places);
    }
  }

  private async join(place: WantedPlace, entId: string, outcome: EntOutcome): Promise<void> {
    let classId = await this.classOf(await this.structureOf(place), place);
    await this.inClass(place, classId, entId, (into) => {
      classId = into;
      return this.ent.joinClass(into, entId);
    });
    const { uai, label } = place;
    outcome.joined = [...(outcome.joined ?? []), { uai, label, classId }];
  }

  /** It may have been unlinked from the school before: the next feed would take it out again (row H). */
  private async joinAgain(
    task: EntTask,
    place: WantedPlace,
    entId: string,
    outcome: EntOutcome,
  ): Promise<void> {
    const { uai, schoolName } = place;
    const told = [...task.placesKept, ...task.placesToLeave, ...(outcome.joined ?? [])];
    const isInSchool = told.some((each) => each.uai === uai);
    await this.join(place, entId, outcome);
    if (isInSchool) return;
    await this.ent.joinStructure(await this.places.structure(uai, schoolName), entId);
  }

  /** To leave the class alone would keep the user in the groups of a school that nothing keeps it in. */
  private async leave(place: ToldPlace, entId: string, outcome: EntOutcome): Promise<void> {
    const { uai, label, classId, structureId, leavesSchool } = place;
    if (leavesSchool && structureId !== null) await this.ent.leaveStructure(structureId, entId);
    else await this.ent.leaveClass(classId, entId);
    outcome.left = [...(outcome.left ?? []), { uai, label }];
  }
}

/**
 * Who comes in again does where the ENT has it: its new name, its other class or school, wait for their plan. So does who was
 * blocked before it was ever in, and has a seat by now.
 */
const isToBePlanned = ({ state, entId, identity, toldIdentity, placesToLeave }: EntTask): boolean =>
  (isOpen(state) || (state === 'PROVISIONING' && entId !== null)) &&
  (identity !== toldIdentity || placesToLeave.length > 0);

const isKeyOf = (academy: string, { externalId }: EntTask): boolean =>
  externalId.startsWith(`${academy}-`);

/** Schools in which the ENT may have it. */
const structuresOf = ({ home, placesKept, placesToLeave }: EntTask): readonly string[] => [
  ...new Set([home, ...placesKept, ...placesToLeave].flatMap((place) => place.structureId ?? [])),
];

/** The ENT has the account, which waited for that. */
const confirms = ({ state, isToTryAgain }: EntTask): boolean =>
  state === 'PROVISIONING' || isToTryAgain;

const isNamed = (user: FoundUser, { firstName, lastName, birthDate }: EntTask): boolean =>
  user.firstName === firstName && user.lastName === lastName && user.birthDate === birthDate;

/** Whether the ENT should have it in classes. */
const isPlaced = ({ state, isToTryAgain }: EntTask): boolean =>
  isOpen(state) || state === 'PROVISIONING' || isToTryAgain;

/** Classes that the account is in by now, each once. */
function note(outcome: EntOutcome, places: NonNullable<EntOutcome['joined']>): void {
  const { joined = [] } = outcome;
  const further = places.filter((place) => !joined.some((each) => isSame(each, place)));
  if (further.length > 0) outcome.joined = [...joined, ...further];
}

export const entProfiles: Readonly<Record<Profile, EntProfile>> = {
  STUDENT: 'Student',
  RELATIVE: 'Relative',
  TEACHER: 'Teacher',
  PERSONNEL: 'Personnel',
  GUEST: 'Guest',
};
