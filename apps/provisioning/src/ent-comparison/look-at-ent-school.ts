import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf, NotVisible } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { isAccountIdForm, isUuid, type Profile } from '../accounts/accounts.module.js';
import { EntGateway, type EntMember, EntUnavailable } from '../ent/ent.module.js';
import type { EntSchool, FoundElsewhere } from './domain/ent-school.js';
import {
  type BookedAccount,
  compareSchool,
  type SchoolComparison,
  type SeenUser,
} from './domain/school-comparison.js';
import { EntBooks } from './ent-books.pg.js';

/** The ENT gave no answer that may be believed: nothing is concluded from it. */
export class EntNotCompared extends defineProblem('ENT_NOT_COMPARED', 'unavailable') {}

export type { EntSchool };

export type SeenAtOnce = {
  readonly users: readonly SeenUser[];
  readonly comparison: SchoolComparison;
};

/** Reads one school of the ENT and sets it against the books; writes nothing (PRV-5). */
@Injectable()
export class LookAtEntSchool {
  constructor(
    private readonly ent: EntGateway,
    private readonly books: EntBooks,
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
  async atOnce(uai: string, structureId: string): Promise<SeenAtOnce> {
    const members = await this.ent.listedMembersOf(structureId);
    const users = members.map(fromEnt);
    return { users, comparison: await this.compare(uai, users) };
  }

  private async compare(uai: string, users: readonly SeenUser[]): Promise<SchoolComparison> {
    const accounts = await this.books.accounts(uai, users);
    return compareSchool(uai, accounts, users, await this.books.classIds(uai));
  }

  /** Whatever differs is read a second time. Throws EntNotCompared where nobody is left, and EntUnavailable. */
  async inFull(uai: string, mayBeEmpty: boolean): Promise<EntSchool> {
    const structureId = await this.ent.structureOf(uai);
    const members = structureId === undefined ? [] : await this.ent.membersOf(structureId);
    const classes = structureId === undefined ? [] : await this.ent.classesOf(structureId);
    const users = members.map(fromEnt);
    const comparison = await this.compare(uai, users);
    const isEmptied = structureId !== undefined && users.length === 0 && comparison.compared > 0;
    if (isEmptied && !mayBeEmpty) {
      throw notCompared({ entCode: 'ENT_ANSWER_EMPTY', compared: comparison.compared });
    }
    return { uai, structureId, classes, comparison, ...(await this.whereabouts(uai, comparison)) };
  }

  /** A list may leave people out; each of them is asked for by itself, one after the other. */
  private async whereabouts(uai: string, { missing }: SchoolComparison) {
    const absent: BookedAccount[] = [];
    const preDeleted: BookedAccount[] = [];
    const elsewhere: FoundElsewhere[] = [];
    for (const account of missing) {
      const found = await this.ent.whereaboutsOf(account.entId ?? '');
      if (found.is === 'ABSENT') absent.push(account);
      else if (found.is === 'PRE_DELETED') preDeleted.push(account);
      else {
        const { classes } = found;
        // In the very school whose lists left it out.
        if (classes.some((each) => each.uai === uai)) throw new EntUnavailable('ENT_LISTS_DIFFER');
        elsewhere.push({ ...account, classes });
      }
    }
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
  return { ...user, isOfOurForm, profile: profiles[profile] };
}

const profiles: Readonly<Record<string, Profile>> = {
  Student: 'STUDENT',
  Relative: 'RELATIVE',
  Teacher: 'TEACHER',
  Personnel: 'PERSONNEL',
  Guest: 'GUEST',
};
