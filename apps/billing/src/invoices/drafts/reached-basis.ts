import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import type { LedgerHead } from '../../members/members.module.js';
import { LedgerDiverged } from './draft-problems.js';
import { type Basis, PricingBasis } from './pricing-basis.js';
import { WhyBehind } from './why-behind.js';

/** Of memberships asked for together, each in one of the three. */
export type ReachedBases = {
  readonly known: readonly Basis[];
  readonly refused: ReadonlyMap<string, DomainError>;
  /** Being changed at this moment, or unknown: to be asked for alone. */
  readonly left: readonly string[];
};

/** What prices rest on, once billing's copies have reached what membership states (BIL-5). */
@Injectable()
export class ReachedBasis {
  constructor(
    private readonly basis: PricingBasis,
    private readonly whyBehind: WhyBehind,
  ) {}

  /**
   * Locked until the transaction ends. Refused is, with what WhyBehind gives, whose copy is behind; the same version with
   * another chain is LedgerDiverged: one of the two ledgers is wrong.
   */
  async now(tx: Transaction, heads: readonly LedgerHead[]): Promise<ReachedBases> {
    return this.judged(tx, heads, await this.basis.ofSeveral(tx, idsOf(heads)));
  }

  /** The same as it stands, without a lock, for what is said and not written: nobody is left. */
  async glance(tx: Transaction, heads: readonly LedgerHead[]): Promise<Omit<ReachedBases, 'left'>> {
    const { known, refused, left } = await this.judged(
      ...([tx, heads, await this.basis.glanceAtSeveral(tx, idsOf(heads))] as const),
    );
    const unknown = await Promise.all(
      left.map(async (id) => [id, await this.whyBehind.execute([id], tx)] as const),
    );
    return { known, refused: new Map([...refused, ...unknown]) };
  }

  private async judged(
    tx: Transaction,
    heads: readonly LedgerHead[],
    found: ReadonlyMap<string, Basis>,
  ): Promise<ReachedBases> {
    const known: Basis[] = [];
    const refused = new Map<string, DomainError>();
    const left: string[] = [];
    for (const head of heads) {
      const { membershipId } = head;
      const basis = found.get(membershipId);
      if (basis === undefined && heads.length > 1) left.push(membershipId);
      else if (basis === undefined || basis.member.membershipVersion < head.membershipVersion) {
        refused.set(membershipId, await this.whyBehind.execute([membershipId], tx));
      } else if (isDiverged(basis, head)) {
        refused.set(membershipId, new LedgerDiverged(membershipId));
      } else known.push(basis);
    }
    return { known, refused, left };
  }
}

const idsOf = (heads: readonly LedgerHead[]) => heads.map(({ membershipId }) => membershipId);

const isDiverged = ({ member }: Basis, head: LedgerHead): boolean =>
  member.membershipVersion === head.membershipVersion && member.ledgerHead !== head.ledgerHead;
