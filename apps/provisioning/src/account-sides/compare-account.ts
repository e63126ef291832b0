import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, mayIn, NotVisible } from '#libs/identity';
import { parisDateOf } from '#libs/time';
import { entFaultSentences } from '#libs/trade';
import { isUuid } from '../accounts/accounts.module.js';
import { EntGateway, EntRefused, type EntSchoolOfUser, EntUnavailable } from '../ent/ent.module.js';
import { creationUnheard } from '../ent-work/ent-work.module.js';
import { AccountBooks, type AccountWork, type BookedSides } from './account-books.pg.js';
import {
  type ComparedSides,
  compareSides,
  type EntSide,
  type SidePlace,
} from './domain/account-sides.js';

export type ShownSides = Pick<BookedSides, 'accountId' | 'personId' | 'state'> &
  ComparedSides & {
    readonly ent: EntSide['is'];
    /** French; empty: nothing waits to be told. */
    readonly workInWords: string;
    /** Its cause; empty: nothing is refused. */
    readonly failureCode: string;
    /** The caller is told what differs, and no value. */
    readonly isMasked: boolean;
  };

/** One account as the directory, the books and the ENT have it, which is asked now (PRV-5). Who asked is journalled. */
@Injectable()
export class CompareAccount {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: AccountBooks,
    private readonly ent: EntGateway,
  ) {}

  /** Throws NotVisible. An ENT that does not answer is a side that says nothing. */
  async execute(accountId: string, caller: Caller): Promise<ShownSides> {
    const booked = await this.visible(accountId, caller);
    const ent = await this.entSide(booked.books.entId);
    // Read anew: what was learnt meanwhile is not told as a difference.
    const now = (await this.accounts.one(accountId)) ?? booked;
    const { directory, books, work, state } = now;
    const compared = compareSides({ directory, books, ent });
    await this.commands.attempt(
      {
        operation: 'CompareEntAccount',
        action: 'account.compared',
        request: { accountId },
        caller,
      },
      (_tx, _today, journal) =>
        journal({
          subject: `account:${accountId}`,
          details: { ent: ent.is, differences: compared.differences.length },
        }),
    );
    return {
      ...{ accountId, personId: now.personId, state, ent: ent.is, ...compared },
      workInWords: workInWords(work),
      failureCode: refusalOf(now),
      isMasked: !mayIn(caller, now.marketCode, 'support-2'),
    };
  }

  /** Of the caller's markets. Throws NotVisible. */
  async visible(accountId: string, caller: Caller): Promise<BookedSides> {
    const booked = isUuid(accountId) ? await this.accounts.one(accountId) : undefined;
    if (!booked || !mayIn(caller, booked.marketCode, 'support-2', 'player', 'admin'))
      throw new NotVisible();
    return booked;
  }

  async entSide(entId: string | null): Promise<EntSide> {
    if (entId === null) return { is: 'NONE' };
    try {
      const found = await this.ent.whereaboutsOf(entId);
      if (found.is === 'ABSENT') return found;
      if (found.is === 'PRE_DELETED') {
        const { deletedAt, ...user } = found;
        return { ...user, deletedOn: deletedAt && parisDateOf(deletedAt) };
      }
      const { structures, parentEntIds, childEntIds, ...user } = found;
      const familyEntIds = [...parentEntIds, ...childEntIds];
      return { ...user, familyEntIds, places: await this.placesOf(entId, structures) };
    } catch (error) {
      if (!(error instanceof EntUnavailable || error instanceof EntRefused)) throw error;
      return { is: 'UNKNOWN', code: error.code };
    }
  }

  /** Named as the ENT names them now, also those that the books do not know. */
  private async placesOf(
    entId: string,
    structures: readonly EntSchoolOfUser[],
  ): Promise<SidePlace[]> {
    const structureIds = structures.map((structure) => structure.entId);
    const classes = await this.ent.classesOfUsers([{ entId, structureIds }]);
    const ids = new Set((classes.get(entId) ?? []).map((each) => each.entId));
    const places: SidePlace[] = [];
    for (const structure of structures)
      for (const { entId: classId, label } of await this.ent.classesOf(structure.entId))
        if (ids.has(classId)) places.push({ uai: structure.uai, label });
    return places;
  }
}

/** Whoever is looked for still is no refusal. */
const isRefused = (code: string) => code !== '' && code !== creationUnheard;

/** What can be tried again at once: given up, or refused and nobody's to approve. */
export const refusalOf = ({ books, failureCode, work }: BookedSides): string => {
  if (books.state === 'FAILED') return failureCode;
  return work?.gate === 'OPEN' && isRefused(work.refusedCode) ? work.refusedCode : '';
};

function workInWords(work: AccountWork | undefined): string {
  if (work === undefined) return '';
  if (work.gate === 'HELD')
    return 'Un changement attend l’accord d’un plan vers l’ENT : il n’est pas fait d’ici là.';
  if (!isRefused(work.refusedCode))
    return 'L’ENT est en train d’en être averti : ce qui diffère peut se régler de lui-même. Comparez de nouveau dans une minute.';
  const { inWords, nextStep } = entFaultSentences(work.refusedCode);
  return `${inWords} ${nextStep}`;
}
