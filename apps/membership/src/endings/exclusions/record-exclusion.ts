import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ExclusionPronouncedSchema, type RecordExclusionRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Documents } from '../../documents/documents.module.js';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact, Memberships } from '../../adhesion/memberships/register.module.js';
import { type CourtDecision, exclusionGround, judgeExclusion } from './domain/court-decision.js';
import { Exclusions } from './exclusions.pg.js';

/** As it is recorded, with the document deposited before. */
export type DecisionGiven = Omit<CourtDecision, 'document'> & { readonly documentId: string };

/** Records the judge's decision to exclude a member (art. 3, EXC-1): its membership ends on the effective date. */
@Injectable()
export class RecordExclusion {
  constructor(
    private readonly commands: Commands,
    private readonly exclusions: Exclusions,
    private readonly memberships: Memberships,
    private readonly membershipEnd: MoveMembershipEnd,
    private readonly documents: Documents,
  ) {}

  /**
   * An effective date in the past is a correction: the membership has ended, told today with that day; what
   * was invoiced since is mended by BIL-8. Throws what `judgeExclusion` throws.
   */
  execute(
    input: Asked<RecordExclusionRequest, { decision: DecisionGiven }>,
  ): Promise<{ exclusionId: string }> {
    const { idempotencyKey, membershipId, decision, caller } = input;
    return this.commands.attempt(
      {
        operation: 'RecordExclusion',
        request: { membershipId, decision },
        caller,
        idempotencyKey,
        action: 'exclusion.recorded',
        refused: { subject: `membership:${membershipId}`, restsOn: decision.reference },
      },
      async (tx, today, journal) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        const { documentId, ...stated } = decision;
        const document = await this.documents.proofOf(tx, documentId, [{ membershipId }], {
          kinds: ['COURT_DECISION'],
          paper: 'la décision du juge compétent (convention, art. 3)',
        });
        const proved = { ...stated, document };
        const isExcluded = await this.exclusions.exists(tx, membershipId);
        const endsOn = judgeExclusion({ ...membership, isExcluded }, proved, today);
        const exclusionId = randomUUID();
        const recorded = { by: caller.userId, on: today };
        await this.exclusions.add(tx, exclusionId, membershipId, proved, recorded);
        const to = { endsOn, cause: 'EXCLUSION', by: caller.userId } as const;
        const fact = membershipFact(ExclusionPronouncedSchema, { endsOn });
        await this.membershipEnd.execute(tx, membership, to, fact, today);
        await journal({
          details: {
            ...{ ground: exclusionGround, decidedOn: decision.decidedOn, effectiveOn: endsOn },
            sumsDueCents: decision.sumsDueCents.toString(),
            endedBefore: membership.endsOn ?? '',
          },
        });
        return { exclusionId };
      },
    );
  }
}
