import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/persistence';
import { Accounts, unchanged } from '../accounts/accounts.module.js';
import { EntGateway, EntRefused, EntUnavailable } from '../ent/ent.module.js';
import type { EntSchool } from './domain/ent-school.js';
import { mayBlock, type Pair, type SeenUser } from './domain/school-comparison.js';
import { EntCorrections } from './ent-corrections.pg.js';

/** Unknown ones and second ones, but for who is blocked already or whom an academy states. */
export const usersToBlock = ({ comparison: { unknown, duplicates } }: EntSchool): SeenUser[] =>
  [...unknown, ...duplicates.map(({ user }) => user)].filter(mayBlock);

export type Called = {
  readonly blocked: number;
  /** The ENT did not do it: the next comparison finds them again. */
  readonly notBlocked: number;
};

/** What a comparison does in the ENT itself, which is nobody's task: told at once, and found again where it was not done. */
@Injectable()
export class CallEnt {
  constructor(
    private readonly ent: EntGateway,
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly corrections: EntCorrections,
  ) {}

  /**
   * Of a school, what the books have no account of to tell it by: users beyond them are blocked, and whom others have put
   * into the school leaves it.
   */
  async putRight(school: EntSchool): Promise<Called> {
    const { structureId, comparison } = school;
    const users = usersToBlock(school);
    const blocked = await this.each(users, ({ entId }) => this.ent.setBlocked(entId, true));
    if (structureId !== undefined)
      await this.each(comparison.strays, ({ user }) =>
        this.ent.leaveStructure(structureId, user.entId),
      );
    return { blocked, notBlocked: users.length - blocked };
  }

  /**
   * Accounts whose key came after they were made (AUT-1): deleted there and made anew under it, since no call changes it.
   * Of who was never in alone, as the ENT says at this moment: nothing is lost but an activation code. Killed between the
   * two, the next comparison finds the account missing, and has it made all the same.
   */
  async makeUnderKey(pairs: readonly Pair[]): Promise<void> {
    await this.each(pairs, async ({ account, user: { entId } }) => {
      const wayIn = await this.ent.wayInOf(entId);
      if (wayIn?.activationCode === undefined) return;
      await this.ent.remove(entId);
      await this.unitOfWork.run(async (tx) => {
        const locked = await this.accounts.byIds(tx, [account.accountId]);
        const still = await this.corrections.unchanged(tx, [account]);
        await this.corrections.forget(tx, [...still]);
        const again = [...locked.values()].filter(({ accountId }) => still.has(accountId));
        await this.accounts.save(tx, again.map(unchanged));
        await this.accounts.linkFamilies(tx, again);
      });
    });
  }

  /** How many were done: what the ENT refuses is left, and where it is away, the rest. */
  private async each<Item>(
    items: readonly Item[],
    call: (item: Item) => Promise<void>,
  ): Promise<number> {
    let done = 0;
    for (const item of items) {
      try {
        await call(item);
        done += 1;
      } catch (error) {
        if (!(error instanceof EntUnavailable || error instanceof EntRefused)) throw error;
        if (error instanceof EntUnavailable) break;
      }
    }
    return done;
  }
}
