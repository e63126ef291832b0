import { Injectable } from '@nestjs/common';
import { CommitmentRecordedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import { Memberships } from '../memberships/register.module.js';
import { Annexes } from './annexes.pg.js';
import { commitmentOf } from './domain/annexe2.js';

export type CommitmentInForce = {
  readonly commitment: readonly ItemQuantity[];
  readonly annexe2: {
    readonly kind: 'ANNEXE2';
    readonly title: string;
    readonly sha256: string;
    readonly datedOn: string;
  };
};

/** What annex 2 commits a member to, for the features that need it, and for the other services. */
@Injectable()
export class PublishCommitment {
  constructor(
    private readonly annexes: Annexes,
    private readonly memberships: Memberships,
  ) {}

  /** The verified annex 2, or undefined. */
  async inForce(tx: Transaction, membershipId: string): Promise<CommitmentInForce | undefined> {
    const annexe2 = await this.annexes.inForce(tx, membershipId);
    if (!annexe2) return undefined;
    const codes = [...new Set(annexe2.lines.map(({ itemCode }) => itemCode))];
    return {
      commitment: commitmentOf(
        annexe2.lines,
        codes.map((code) => ({ code, label: code })),
      ),
      annexe2: {
        kind: 'ANNEXE2',
        title: 'Annexe 2, tableau d’engagement',
        sha256: annexe2.sha256,
        datedOn: annexe2.datedOn,
      },
    };
  }

  /** Tells C as it now stands, as one more change of the membership. Nothing to tell: nothing happens. */
  async execute(tx: Transaction, membershipId: string, today: LocalDate): Promise<void> {
    const stored = await this.annexes.inForce(tx, membershipId);
    const inForce = await this.inForce(tx, membershipId);
    if (!stored || !inForce) return;
    await this.memberships.tell(tx, membershipId, CommitmentRecordedSchema, {
      ...inForce,
      lines: stored.lines,
      recordedOn: today,
    });
  }
}
