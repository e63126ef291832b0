import { setTimeout as sleep } from 'node:timers/promises';
import { entriesOf, expectNothing, idOf, isEmpty, textOf } from './ent-answer.js';
import { creationOf, madeId, madeUser, notMade } from './ent-creation.js';
import {
  type CheckedFile,
  type EntClass,
  type EntFilePerson,
  type EntFileSchool,
  EntGateway,
  EntPlaceGone,
  type EntPlaced,
  type EntMember,
  type EntStructure,
  EntRefused,
  type EntRight,
  entRights,
  EntUnavailable,
  type EntUser,
  type EntWayIn,
  type EntWhereabouts,
  type NewEntUser,
} from './ent-gateway.js';
import { canBeInFiles, checkedFile, importedFile, isTooEarly, uploadOf } from './ent-file.js';
import { renewalCodesIn, wayInFrom } from './ent-way-in.js';
import { isFed, isKeptOut, isNobody, isPreDeleted, memberOf, whereaboutsIn } from './ent-member.js';
import { SharedReading } from './shared-reading.js';
import { type EntAddress, EntHttpSession } from './ent.http-session.js';

/** A list is as long as its school: accounts that are looked for at about the same time share one. */
const listedGatherMs = 200;
/** The check of a file answers before its report is saved: seen to take less than 3 s. */
const [reportLooks, reportPauseMs] = [20, 250];
const [importTries, importPauseMs] = [5, 500];

/** Open ENT-NG over its own HTTP API: per call, what a genuine answer looks like. */
export class EntHttpGateway extends EntGateway {
  private readonly session: EntHttpSession;
  private readonly listed = new SharedReading<readonly EntMember[]>(
    async (structureId) =>
      (await this.list(`/directory/user/admin/list?structureId=${structureId}`)).map(memberOf),
    listedGatherMs,
  );

  constructor(address: EntAddress) {
    super();
    this.session = new EntHttpSession(address);
  }

  override async missingRights(): Promise<readonly EntRight[]> {
    // Of a school that nothing has: a class is made nowhere (row M).
    const nowhere = '00000000-0000-0000-0000-000000000000';
    const attempts: Readonly<Record<EntRight, () => Promise<unknown>>> = {
      SCHOOLS: () => this.listedStructures(),
      CLASSES: () =>
        this.session.call('POST', `/directory/class/${nowhere}`, {
          json: { name: 'CP' },
          doneStatus: 201,
        }),
      USERS: () => this.usersOf(nowhere),
    };
    const missing: EntRight[] = [];
    for (const right of entRights) {
      try {
        await attempts[right]();
      } catch (error) {
        const isMissing = error instanceof EntUnavailable && error.code === 'ENT_RIGHT_MISSING';
        if (!isMissing) throw error;
        missing.push(right);
      }
    }
    return missing;
  }

  override async ensureStructure({ uai, name }: { uai: string; name: string }): Promise<string> {
    const known = await this.structureAmongAll(uai);
    if (known !== undefined) return known;
    const answer = await this.session.call('POST', '/directory/school', {
      json: { name, UAI: uai, externalId: uai },
      doneStatus: 201,
    });
    if (answer.isDone) return idOf(answer.body);
    // Created by a call whose answer was lost, or by someone else at this moment.
    const created = await this.structureAmongAll(uai);
    if (created !== undefined) return created;
    throw new EntRefused('ENT_SCHOOL_REFUSED');
  }

  override async ensureClass(
    structureId: string,
    { label, level }: { label: string; level: string },
  ): Promise<string> {
    // Labels are not unique there: a class of the academy's feed would get a twin (row I).
    const known = await this.classNamed(structureId, label);
    if (known !== undefined) return known;
    // Without its default roles a class has no application for anybody: the ENT's own console asks for them too.
    const path = `/directory/class/${structureId}?setDefaultRoles=true`;
    const answer = await this.session.call('POST', path, {
      json: { name: label, level },
      doneStatus: 201,
    });
    if (answer.isDone) return madeId(answer.body);
    if (answer.status === 404) throw new EntPlaceGone();
    const made = await this.classNamed(structureId, label);
    if (made !== undefined) return made;
    throw new EntRefused('ENT_CLASS_REFUSED');
  }

  override async createUser(
    classId: string,
    user: NewEntUser,
  ): Promise<{ entId: string; login: string }> {
    const answer = await this.session.call('POST', `/directory/class/${classId}/user`, {
      json: creationOf(user),
      doneStatus: 201,
    });
    if (!answer.isDone) throw notMade(answer.words);
    return madeUser(answer.body);
  }

  override async usersOf(structureId: string): Promise<EntUser[]> {
    const users = await this.list(`/directory/users?structureId=${structureId}`);
    return users.map((user) => ({
      entId: user.id,
      ...{ externalId: textOf(user.externalId), login: textOf(user.login) },
      isActivated: textOf(user.code) === '',
    }));
  }

  override async structures(): Promise<EntStructure[]> {
    const structures = await this.listedStructures();
    if (structures.length === 0) throw new EntUnavailable('ENT_FAULT');
    return structures.map(({ id, UAI, name }) => ({
      entId: id,
      uai: textOf(UAI),
      name: textOf(name),
    }));
  }

  override async classesOf(structureId: string): Promise<EntClass[]> {
    const classes = await this.list(`/directory/class/admin/list?structureId=${structureId}`);
    return classes.map(({ id, name }) => ({ entId: id, label: textOf(name) }));
  }

  override async membersOf(structureId: string): Promise<EntMember[]> {
    const users = await this.list(`/directory/user/admin/list?structureId=${structureId}`);
    const others = await this.list(`/directory/structure/${structureId}/users`);
    const theirIds = new Set(others.filter((user) => !isPreDeleted(user)).map(({ id }) => id));
    const isSame = users.length === theirIds.size && users.every(({ id }) => theirIds.has(id));
    if (!isSame) throw new EntUnavailable('ENT_LISTS_DIFFER');
    return users.map(memberOf);
  }

  override listedMembersOf(
    structureId: string,
    how: { readonly isAtOnce?: boolean } = {},
  ): Promise<readonly EntMember[]> {
    return this.listed.next(structureId, how);
  }

  override async classesOfUsers(
    users: readonly EntPlaced[],
  ): Promise<ReadonlyMap<string, readonly EntClass[]>> {
    const classes = new Map(users.map(({ entId }) => [entId, new Map<string, EntClass>()]));
    const bySchool = Map.groupBy(
      users.flatMap(({ entId, structureIds }) => structureIds.map((id) => ({ entId, id }))),
      ({ id }) => id,
    );
    for (const [structureId, placed] of bySchool) {
      const listed = await this.listedMembersOf(structureId);
      const members = new Map(listed.map((member) => [member.entId, member]));
      for (const { entId } of placed) {
        const member = members.get(entId);
        if (!member) throw new EntUnavailable('ENT_LISTS_DIFFER');
        for (const each of member.classes) classes.get(entId)?.set(each.entId, each);
      }
    }
    return new Map([...classes].map(([entId, byId]) => [entId, [...byId.values()]]));
  }

  override whereaboutsOf(
    entId: string,
    structureIds: readonly string[] = [],
  ): Promise<EntWhereabouts> {
    return this.unlessAbsent(entId, structureIds, { is: 'ABSENT' }, async () => {
      const user = await this.user(entId);
      return user === undefined ? { is: 'ABSENT' } : whereaboutsIn(user);
    });
  }

  override async setBlocked(entId: string, isBlocked: boolean): Promise<void> {
    const answer = await this.session.call('PUT', `/auth/block/${entId}`, {
      json: { block: isBlocked },
    });
    if (!answer.isDone) throw new EntRefused('ENT_BLOCK_REFUSED');
    expectNothing(answer.body);
  }

  override remove(entId: string, structureIds: readonly string[] = []): Promise<void> {
    return this.unlessAbsent(entId, structureIds, undefined, async () => {
      const answer = await this.session.call('DELETE', `/directory/user?userId=${entId}`);
      if (answer.isDone) return expectNothing(answer.body);
      // The ENT says "unauthorized" of a user that it does not know, too, and of one whom an academy's feed states.
      const user = await this.user(entId);
      if (user === undefined) return;
      throw new EntRefused(isFed(user) ? 'ENT_FED_BY_ACADEMY' : 'ENT_DELETE_REFUSED');
    });
  }

  override async restore(entId: string): Promise<void> {
    const answer = await this.session.call('PUT', `/directory/restore/user?userId=${entId}`);
    if (!answer.isDone) throw new EntRefused('ENT_RESTORE_REFUSED');
    expectNothing(answer.body);
  }

  override async relate(studentEntId: string, relativeEntId: string): Promise<void> {
    const path = `/directory/user/${studentEntId}/related/${relativeEntId}`;
    const answer = await this.session.call('PUT', path);
    if (!answer.isDone) throw new EntRefused('ENT_LINK_REFUSED');
    expectNothing(answer.body);
  }

  override async unrelate(studentEntId: string, relativeEntId: string): Promise<void> {
    const path = `/directory/user/${studentEntId}/related/${relativeEntId}`;
    const answer = await this.session.call('DELETE', path);
    if (answer.isDone) expectNothing(answer.body);
    else if (answer.status !== 404) throw new EntRefused('ENT_UNLINK_REFUSED');
  }

  override async nameUser(
    entId: string,
    { firstName, lastName, birthDate }: Pick<NewEntUser, 'firstName' | 'lastName' | 'birthDate'>,
  ): Promise<void> {
    const answer = await this.session.call('PUT', `/directory/user/${entId}`, {
      json: {
        ...{ firstName, lastName, displayName: `${lastName} ${firstName}` },
        ...(birthDate === '' ? {} : { birthDate }),
      },
    });
    if (!answer.isDone) throw new EntRefused('ENT_NAMES_REFUSED');
    idOf(answer.body);
  }

  override joinStructure(structureId: string, entId: string): Promise<void> {
    return this.join(`/directory/structure/${structureId}/link/${entId}`);
  }

  override joinClass(classId: string, entId: string): Promise<void> {
    return this.join(`/directory/class/${classId}/link/${entId}`);
  }

  override async leaveClass(classId: string, entId: string): Promise<void> {
    const path = `/directory/class/${classId}/unlink/${entId}`;
    const answer = await this.session.call('DELETE', path);
    if (answer.isDone) idOf(answer.body);
    else if (answer.status !== 404) throw new EntRefused('ENT_MOVE_REFUSED');
  }

  override async leaveStructure(structureId: string, entId: string): Promise<void> {
    const path = `/directory/structure/${structureId}/unlink/${entId}`;
    const answer = await this.session.call('DELETE', path);
    if (!answer.isDone && answer.status !== 404) throw new EntRefused('ENT_MOVE_REFUSED');
    if (answer.isDone && !isEmpty(answer.body)) idOf(answer.body);
    // entcore 6.15.4 answers `{}` whether or not the user was in the school.
    const members = await this.listedMembersOf(structureId);
    if (members.some((member) => member.entId === entId)) throw new EntUnavailable('ENT_FAULT');
  }

  override async waysInOfClass(classId: string): Promise<EntWayIn[]> {
    const answer = await this.session.call('GET', `/directory/class/${classId}/users`);
    if (!answer.isDone && answer.status === 404) throw new EntPlaceGone();
    if (!answer.isDone) throw new EntUnavailable('ENT_FAULT');
    return entriesOf(answer.body).map(wayInFrom);
  }

  override async keptOutOf(structureId: string): Promise<ReadonlySet<string>> {
    const users = await this.list(`/directory/structure/${structureId}/users`);
    return new Set(users.filter(isKeptOut).map(({ id }) => id));
  }

  override async wayInOf(entId: string): Promise<EntWayIn | undefined> {
    const user = await this.user(entId);
    return user === undefined || isPreDeleted(user) ? undefined : wayInFrom(user);
  }

  override async renewalCodes(entIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const present: string[] = [];
    // A user that is not there gets a code as well, which opens nothing.
    for (const entId of entIds) if (await this.wayInOf(entId)) present.push(entId);
    if (present.length === 0) return new Map();
    const answer = await this.session.call('POST', '/auth/massGeneratePasswordRenewalCode', {
      json: { users: present },
    });
    if (!answer.isDone) throw new EntRefused('ENT_RENEWAL_REFUSED');
    return renewalCodesIn(answer.body, present);
  }

  override async schoolInFiles(structureId: string): Promise<EntFileSchool | undefined> {
    const found = (await this.listedStructures()).find(({ id }) => id === structureId);
    if (!found) throw new EntPlaceGone();
    const { name, externalId, UAI } = found;
    if (typeof name !== 'string' || typeof externalId !== 'string' || typeof UAI !== 'string')
      return undefined;
    return canBeInFiles({ name, externalId })
      ? { structureId, name, externalId, uai: UAI }
      : undefined;
  }

  override async checkFile(
    school: EntFileSchool,
    people: readonly EntFilePerson[],
    signal: AbortSignal,
  ): Promise<CheckedFile> {
    const upload = uploadOf(school, people);
    const options = { upload, signal, isLong: true };
    return checkedFile(
      await this.session.call('POST', '/directory/wizard/validate', options),
      people,
    );
  }

  override async importFile(
    importId: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const path = `/directory/wizard/import/${encodeURIComponent(importId)}`;
    await this.reportSaved(path, signal);
    for (let tries = 1; ; tries += 1) {
      const answer = await this.session.call('PUT', path, { signal, isLong: true });
      if (!isTooEarly(answer) || tries === importTries) return importedFile(answer);
      await pause(tries * importPauseMs, signal);
    }
  }

  /** A version that shows no report is not waited for any longer: the import says itself that it is too early. */
  private async reportSaved(path: string, signal: AbortSignal): Promise<void> {
    for (let looks = 1; looks <= reportLooks; looks += 1) {
      const answer = await this.session.call('GET', path, { signal });
      if (answer.isDone) return;
      await pause(reportPauseMs, signal);
    }
  }

  /** Undefined: there is none. Versions answer 404, or an object without an identifier. */
  private async user(entId: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const answer = await this.session.call('GET', `/directory/user/${entId}`);
    if (!answer.isDone && answer.status !== 404) throw new EntUnavailable('ENT_FAULT');
    return answer.isDone && !isNobody(answer.body) ? entriesOf([answer.body])[0] : undefined;
  }

  private async join(path: string): Promise<void> {
    const answer = await this.session.call('PUT', path);
    if (!answer.isDone && answer.status === 404) throw new EntPlaceGone();
    if (!answer.isDone) throw new EntRefused('ENT_MOVE_REFUSED');
    idOf(answer.body);
  }

  /** A right that is missing for one user of schools whose lists may be read, and lack that user, is the user's absence. */
  private async unlessAbsent<Answer>(
    entId: string,
    structureIds: readonly string[],
    absent: Answer,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      const isRefused = error instanceof EntUnavailable && error.code === 'ENT_RIGHT_MISSING';
      if (!isRefused || structureIds.length === 0) throw error;
      for (const structureId of structureIds) {
        // This list has pre-deleted users too.
        const users = await this.list(`/directory/structure/${structureId}/users`);
        if (users.some(({ id }) => id === entId)) throw error;
      }
      return absent;
    }
  }

  /** Of twins that of the academy's feed, whose externalId has no `$`. */
  private async classNamed(structureId: string, label: string): Promise<string | undefined> {
    const classes = await this.list(`/directory/class/admin/list?structureId=${structureId}`);
    const named = classes.filter(({ name }) => name === label);
    return (named.find(({ externalId }) => !textOf(externalId).includes('$')) ?? named[0])?.id;
  }

  /** One that is not there yet is made. */
  private async structureAmongAll(uai: string): Promise<string | undefined> {
    return (await this.listedStructures()).find((each) => textOf(each.UAI) === uai)?.id;
  }

  private listedStructures() {
    return this.list('/directory/structure/admin/list');
  }

  /** A list that is refused is a fault: we ask for none that may not be seen. */
  private async list(path: string) {
    const answer = await this.session.call('GET', path);
    if (!answer.isDone) throw new EntUnavailable('ENT_FAULT');
    return entriesOf(answer.body);
  }
}

/** Ends early where the signal does: the next call then says so. */
const pause = (ms: number, signal: AbortSignal) =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
