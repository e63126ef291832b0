import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { isAccountIdForm, isUuid, type Profile } from '../accounts/accounts.module.js';
import {
  EntGateway,
  type EntMember,
  type EntStructure,
  EntUnavailable,
} from '../ent/ent.module.js';
import type { EntSchool, FoundElsewhere } from './domain/ent-school.js';
import {
  type BookedAccount,
  compareSchool,
  type SchoolComparison,
  type SeenUser,
} from './domain/school-comparison.js';
import { FedSchools } from '../fed-schools/fed-schools.module.js';
import { nameKey } from './domain/names.js';
import { EntBooks } from './ent-books.pg.js';

/** The ENT gave no answer that may be believed: nothing is concluded from it. */
export class EntNotCompared extends defineProblem('ENT_NOT_COMPARED', 'unavailable') {}

export type { EntSchool };

export type SeenAtOnce = {
  readonly users: readonly SeenUser[];
  readonly comparison: SchoolComparison;
};

/** A night reads many schools in that time. */
const structuresKeptMs = 30_000;

/** Reads one school of the ENT and sets it against the books; writes nothing (PRV-5). */
@Injectable()
export class LookAtEntSchool {
  private listed:
    | {
        readonly day: LocalDate;
        readonly untilMs: number;
        readonly structures: readonly EntStructure[];
      }
    | undefined;

  constructor(
    private readonly ent: EntGateway,
    private readonly books: EntBooks,
    private readonly fedSchools: FedSchools,
  ) {}

  /**
   * `mayBeEmpty`: a person has said that the ENT has lost everybody of it. Throws NotVisible, EntNotCompared.
   */
  async execute(uai: string, caller: Caller, mayBeEmpty: boolean): Promise<EntSchool> {
    if (!(await this.books.isOfMarkets(uai, marketsOf(caller)))) throw new NotVisible();
    try {
      return await this.inFull(uai, mayBeEmpty);
    } catch (error) {
      if (!(error instanceof EntUnavailable)) throw error;
      const { code, retryInMs } = error;
      throw notCompared({ entCode: code, ...(retryInMs === undefined ? {} : { retryInMs }) });
    }
  }

  /**
   * By one list alone, which may be cut short: where it is like the books, nothing is missing from it; else it is not
   * concluded from. Throws EntUnavailable.
   */
  async atOnce(uai: string, structureId: string, day: LocalDate): Promise<SeenAtOnce> {
    const members = await this.ent.listedMembersOf(structureId, { isAtOnce: true });
    const users = members.map(fromEnt);
    const structures = await this.structuresOn(day);
    return { users, comparison: await this.compare(uai, users, structureId, structures) };
  }

  /** One list of all structures for the schools that are read within half a minute. */
  private async structuresOn(day: LocalDate): Promise<readonly EntStructure[]> {
    const nowMs = performance.now();
    if (this.listed?.day !== day || nowMs > this.listed.untilMs) {
      this.listed = {
        day,
        untilMs: nowMs + structuresKeptMs,
        structures: await this.ent.structures(),
      };
    }
    return this.listed.structures;
  }

  /** Each of these users read alone. Throws EntUnavailable where one was never used, or is not there. */
  async requireUsed(entIds: readonly string[]): Promise<void> {
    for (const entId of entIds) {
      const found = await this.ent.whereaboutsOf(entId);
      if (found.is === 'ABSENT' || !found.isActivated) throw new EntUnavailable('ENT_LISTS_DIFFER');
    }
  }

  private async compare(
    uai: string,
    users: readonly SeenUser[],
    structureId: string | undefined,
    structures: readonly EntStructure[],
  ): Promise<SchoolComparison> {
    const accounts = await this.books.accounts(uai, users);
    const classes = await this.books.classes(uai);
    const isFed = await this.fedSchools.isFed(uai);
    const comparison = compareSchool(uai, accounts, users, classes, isFed);
    const { name } = await this.books.school(uai);
    const renamed = structures.filter(
      (each) =>
        each.entId === structureId &&
        (each.uai !== uai || (name !== '' && nameKey(name) !== nameKey(each.name))),
    );
    return { ...comparison, renamedStructures: renamed.map(({ entId }) => entId) };
  }

  /** Whatever differs is read a second time. Throws EntNotCompared where nobody is left, and EntUnavailable. */
  async inFull(uai: string, mayBeEmpty: boolean): Promise<EntSchool> {
    const structures = await this.ent.structures();
    const known = await this.books.school(uai);
    // Under another UAI it is found by its own identifier.
    const structureId =
      structures.find((each) => each.uai === uai)?.entId ??
      structures.find(({ entId }) => entId === known.structureId)?.entId;
    const members = structureId === undefined ? [] : await this.ent.membersOf(structureId);
    const classes = structureId === undefined ? [] : await this.ent.classesOf(structureId);
    const users = members.map(fromEnt);
    const comparison = await this.compare(uai, users, structureId, structures);
    const isEmptied = structureId !== undefined && users.length === 0 && comparison.compared > 0;
    if (isEmptied && !mayBeEmpty) {
      throw notCompared({ entCode: 'ENT_ANSWER_EMPTY', compared: comparison.compared });
    }
    await this.confirmExchanged(comparison);
    await this.confirmRestored(comparison);
    return {
      uai,
      structureId,
      classes,
      comparison,
      ...(await this.whereabouts(uai, structureId, comparison)),
    };
  }

  /** Both accounts are blocked at once: no list alone decides that. */
  private async confirmExchanged({ exchanged }: SchoolComparison): Promise<void> {
    for (const { user } of exchanged) {
      const found = await this.ent.whereaboutsOf(user.entId);
      if (found.is !== 'PRESENT' || found.externalId !== user.externalId)
        throw new EntUnavailable('ENT_LISTS_DIFFER');
    }
  }

  /** These links are cut at once: no list alone decides that. */
  private async confirmRestored({ restoredLinks }: SchoolComparison): Promise<void> {
    for (const { user } of restoredLinks) {
      const found = await this.ent.whereaboutsOf(user.entId);
      const isSame =
        found.is === 'PRESENT' && user.childEntIds.every((id) => found.childEntIds.includes(id));
      if (!isSame) throw new EntUnavailable('ENT_LISTS_DIFFER');
    }
  }

  /** A list may leave people out; each of them is asked for by itself, one after the other. */
  private async whereabouts(
    uai: string,
    structureId: string | undefined,
    { missing }: SchoolComparison,
  ) {
    const structureIds = structureId === undefined ? [] : [structureId];
    const absent: BookedAccount[] = [];
    const preDeleted: BookedAccount[] = [];
    const placed: { account: BookedAccount; entId: string; structureIds: string[] }[] = [];
    for (const account of missing) {
      const entId = account.entId ?? '';
      const found = await this.ent.whereaboutsOf(entId, structureIds);
      if (found.is === 'ABSENT') absent.push(account);
      else if (found.is === 'PRE_DELETED') preDeleted.push(account);
      else {
        const { structures } = found;
        // In the very school whose lists left it out.
        if (structures.some((each) => each.uai === uai))
          throw new EntUnavailable('ENT_LISTS_DIFFER');
        placed.push({ account, entId, structureIds: structures.map((each) => each.entId) });
      }
    }
    const classes = await this.ent.classesOfUsers(placed);
    const elsewhere = placed.map(({ account, entId }): FoundElsewhere => {
      return { ...account, classIds: (classes.get(entId) ?? []).map((each) => each.entId) };
    });
    return { absent, preDeleted, elsewhere };
  }
}

function notCompared(details: Readonly<Record<string, string | number>>): EntNotCompared {
  return new EntNotCompared(
    'L’ENT n’a pas donné de réponse fiable pour cette école : rien n’en est conclu et rien n’est changé. Recommencez dans quelques minutes ; si cela dure, voyez avec son exploitant.',
    details,
  );
}

function fromEnt(member: EntMember): SeenUser {
  const { profile, isMadeByHand, ...user } = member;
  // By hand nobody can name a user in the ENT, which draws a UUID then; a feed or a file is another source.
  const isOfOurForm =
    isAccountIdForm(user.externalId) || (isMadeByHand && !isUuid(user.externalId));
  return { ...user, isOfOurForm, isMadeByHand, profile: profiles[profile] };
}

const profiles: Readonly<Record<string, Profile>> = {
  Student: 'STUDENT',
  Relative: 'RELATIVE',
  Teacher: 'TEACHER',
  Personnel: 'PERSONNEL',
  Guest: 'GUEST',
};
