import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type CourtDecision, exclusionGround } from './domain/court-decision.js';
import { Exclusions } from './exclusions.repository.js';

@Injectable()
export class PgExclusions extends Exclusions {
  async exists(tx: Transaction, membershipId: string): Promise<boolean> {
    const { rowCount } = await tx.query('select 1 from exclusion where membership_id = $1', [
      membershipId,
    ]);
    return rowCount === 1;
  }

  async add(
    tx: Transaction,
    exclusion: {
      readonly exclusionId: string;
      readonly membershipId: string;
      readonly decision: CourtDecision;
    },
    { by, on }: { readonly by: string; readonly on: LocalDate },
  ): Promise<void> {
    const { decision } = exclusion;
    await tx.query(
      `insert into exclusion (id, membership_id, ground, decision_reference, court, decided_on, effective_on,
                              sums_due_cents, document, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        exclusion.exclusionId,
        exclusion.membershipId,
        exclusionGround,
        decision.reference,
        decision.court,
        decision.decidedOn,
        decision.effectiveOn,
        decision.sumsDueCents.toString(),
        JSON.stringify(decision.document),
        by,
        on,
      ],
    );
  }
}
