import { Injectable } from '@nestjs/common';
import { CommitmentRecordedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from '../memberships/register.module.js';
import { type Annexe2, Annexes } from './annexes.pg.js';
import { type Annexe2Line, annexe2Reference, commitmentOf } from './domain/annexe2.js';

/** What annex 2 commits a member to, for the features that need it, and for the other services. */
@Injectable()
export class PublishCommitment {
  constructor(
    private readonly annexes: Annexes,
    private readonly memberships: Memberships,
  ) {}

  /** The verified annex 2, or undefined. */
  async inForce(tx: Transaction, membershipId: string) {
    const annexe2 = await this.annexes.inForce(tx, membershipId);
    return annexe2 && commitmentBy(annexe2);
  }

  /** Tells C as it now stands, as one more change of the membership. Nothing to tell: nothing happens. */
  async execute(tx: Transaction, membershipId: string, today: LocalDate): Promise<void> {
    const annexe2 = await this.annexes.inForce(tx, membershipId);
    if (!annexe2) return;
    const recorded = { ...commitmentBy(annexe2), lines: annexe2.lines, recordedOn: today };
    await this.memberships.tell(tx, membershipId, CommitmentRecordedSchema, recorded);
  }
}

function commitmentBy(annexe2: Annexe2 & { readonly lines: readonly Annexe2Line[] }) {
  const { lines, sha256, datedOn } = annexe2;
  const codes = [...new Set(lines.map(({ itemCode }) => itemCode))];
  return {
    commitment: commitmentOf(
      lines,
      codes.map((code) => ({ code, label: code })),
    ),
    annexe2: annexe2Reference({ sha256, datedOn }),
  };
}
