import { entriesOf, expectNothing, idOf, textOf } from './ent-answer.js';
import { creationOf, madeId, madeUser, notMade } from './ent-creation.js';
import {
  type CheckedFile,
  type EntClass,
  type EntFilePerson,
  type EntFileSchool,
  EntGateway,
  EntPlaceGone,
  type EntMember,
  EntRefused,
  EntUnavailable,
  type EntUser,
  type EntWayIn,
  type EntWhereabouts,
  type NewEntUser,
} from './ent-gateway.js';
import { canBeInFiles, checkedFile, importedFile, uploadOf } from './ent-file.js';
import { renewalCodesIn, wayInFrom } from './ent-way-in.js';
import { isFed, isKeptOut, isPreDeleted, memberOf, whereaboutsIn } from './ent-member.js';
import { type EntAddress, EntHttpSession } from './ent.http-session.js';

/** Open ENT-NG over its own HTTP API: per call, what a genuine answer looks like. */
export class EntHttpGateway extends EntGateway {
  private readonly session: EntHttpSession;

  constructor(address: EntAddress) {
    super();
    this.session = new EntHttpSession(address);
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
    // Without its default roles a class has no application for anybody: the ENT's own console asks for them too.
    const path = `/directory/class/${structureId}?setDefaultRoles=true`;
    const answer = await this.session.call('POST', path, {
      json: { name: label, level },
      doneStatus: 201,
    });
    if (answer.isDone) return madeId(answer.body);
    const classes = await this.list(`/directory/class/admin/list?structureId=${structureId}`);
    const known = classes.find(({ name }) => name === label);
    if (known) return known.id;
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

  override async structureOf(uai: string): Promise<string | undefined> {
    const structures = await this.structures();
    if (structures.length === 0) throw new EntUnavailable('ENT_FAULT');
    return structures.find((each) => textOf(each.UAI) === uai)?.id;
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

  override async listedMembersOf(structureId: string): Promise<EntMember[]> {
    const users = await this.list(`/directory/user/admin/list?structureId=${structureId}`);
    return users.map(memberOf);
  }

  override async whereaboutsOf(entId: string): Promise<EntWhereabouts> {
    const answer = await this.session.call('GET', `/directory/user/${entId}`);
    if (answer.isDone) return whereaboutsIn(answer.body);
    if (answer.status !== 404) throw new EntUnavailable('ENT_FAULT');
    return { is: 'ABSENT' };
  }

  override async setBlocked(entId: string, isBlocked: boolean): Promise<void> {
    const answer = await this.session.call('PUT', `/auth/block/${entId}`, {
      json: { block: isBlocked },
    });
    if (!answer.isDone) throw new EntRefused('ENT_BLOCK_REFUSED');
    expectNothing(answer.body);
  }

  override async remove(entId: string): Promise<void> {
    const answer = await this.session.call('DELETE', `/directory/user?userId=${entId}`);
    if (answer.isDone) return expectNothing(answer.body);
    // The ENT says "unauthorized" of a user that it does not know, too, and of one whom an academy's feed states.
    const detail = await this.session.call('GET', `/directory/user/${entId}`);
    if (detail.isDone && isFed(detail.body)) throw new EntRefused('ENT_FED_BY_ACADEMY');
    if (detail.isDone || detail.status !== 404) throw new EntRefused('ENT_DELETE_REFUSED');
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

  override async joinClass(classId: string, entId: string): Promise<void> {
    const answer = await this.session.call('PUT', `/directory/class/${classId}/link/${entId}`);
    if (!answer.isDone && answer.status === 404) throw new EntPlaceGone();
    if (!answer.isDone) throw new EntRefused('ENT_MOVE_REFUSED');
    idOf(answer.body);
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
    if (answer.isDone) idOf(answer.body);
    else if (answer.status !== 404) throw new EntRefused('ENT_MOVE_REFUSED');
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
    const answer = await this.session.call('GET', `/directory/user/${entId}`);
    if (!answer.isDone && answer.status !== 404) throw new EntUnavailable('ENT_FAULT');
    if (!answer.isDone || isPreDeleted(entriesOf([answer.body])[0]!)) return undefined;
    return wayInFrom(entriesOf([answer.body])[0]!);
  }

  override async renewalCodes(entIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const answer = await this.session.call('POST', '/auth/massGeneratePasswordRenewalCode', {
      json: { users: entIds },
    });
    if (!answer.isDone) throw new EntRefused('ENT_RENEWAL_REFUSED');
    return renewalCodesIn(answer.body, entIds);
  }

  override async schoolInFiles(structureId: string): Promise<EntFileSchool | undefined> {
    const found = (await this.structures()).find(({ id }) => id === structureId);
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
    return importedFile(await this.session.call('PUT', path, { signal, isLong: true }));
  }

  /** One that is not there yet is made. */
  private async structureAmongAll(uai: string): Promise<string | undefined> {
    return (await this.structures()).find((each) => textOf(each.UAI) === uai)?.id;
  }

  private structures() {
    return this.list('/directory/structure/admin/list');
  }

  /** A list that is refused is a fault: we ask for none that may not be seen. */
  private async list(path: string) {
    const answer = await this.session.call('GET', path);
    if (!answer.isDone) throw new EntUnavailable('ENT_FAULT');
    return entriesOf(answer.body);
  }
}
