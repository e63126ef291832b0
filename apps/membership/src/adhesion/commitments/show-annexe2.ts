import { Injectable } from '@nestjs/common';
import { type Caller, requireVisible } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { Markets } from '../../contract/markets/markets.module.js';
import { MembershipViews } from '../memberships/register.module.js';
import { Annexes } from './annexes.pg.js';

export class Annexe2Missing extends defineProblem('ANNEXE2_MISSING', 'not-found') {}

/** What was typed, so that somebody else can compare it with the signed document (COM-1). */
@Injectable()
export class ShowAnnexe2 {
  constructor(
    private readonly annexes: Annexes,
    private readonly memberships: MembershipViews,
    private readonly markets: Markets,
  ) {}

  /** A member sees its own (SUP-3). One line more than `limit` where there is one. Throws Annexe2Missing. */
  async execute(input: { membershipId: string; afterLine: number; limit: number; caller: Caller }) {
    const { membershipId, afterLine, limit, caller } = input;
    const owner = await this.memberships.ownerOf(membershipId);
    const { marketCode } = requireVisible(caller, owner);
    const transcription = await this.annexes.latest(membershipId);
    if (!transcription) {
      throw new Annexe2Missing('Aucune annexe 2 n’a été saisie : envoyez le tableau d’abord.', {
        membershipId,
      });
    }
    const of = { membershipId, sha256: transcription.sha256 };
    const [{ market }, lines, sums] = await Promise.all([
      this.markets.find(marketCode),
      this.annexes.lines(of, afterLine, limit + 1),
      this.annexes.sums(of),
    ]);
    const quantityOf = (code: string) =>
      sums.find(({ itemCode }) => itemCode === code)?.quantity ?? 0;
    return {
      ...transcription,
      commitment: market.items.map(({ code }) => ({ itemCode: code, quantity: quantityOf(code) })),
      lines,
      // Last day on which the member may send another one, inclusive (COM-3).
      replaceableUntil: market.calendar.adhesionDeadline,
    };
  }
}
