import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ExclusionPronouncedSchema, type RecordExclusionRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands, type Journal } from '#libs/commands';
import { Documents } from '../../documents/documents.module.js';
import { MoveMembershipEnd } from '../../adhesion/memberships/memberships.module.js';
import { membershipFact, Memberships } from '../../adhesion/memberships/register.module.js';
import { type CourtDecision, exclusionGround, judgeExclusion } from './domain/court-decision.js';
import { Exclusions } from './exclusions.pg.js';

/** As it is recorded, with the document deposited before. */
export type DecisionGiven = Omit<CourtDecision, 'document'> & { readonly documentId: string };

export type RecordExclusionInput = Asked<RecordExclusionRequest, { decision: DecisionGiven }>;

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
  async execute(input: RecordExclusionInput): Promise<{ exclusionId: string }> {
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
      (tx, today, journal) => this.record(tx, input, today, journal),
    );
  }

  private async record(
    tx: Transaction,
    { membershipId, decision: given, caller }: RecordExclusionInput,
    today: LocalDate,
    journal: Journal,
  ): Promise<{ exclusionId: string }> {
    const membership = await this.memberships.findVisible(tx, membershipId, caller);
    const { documentId, ...stated } = given;
    const document = await this.documents.proofOf(tx, documentId, [{ membershipId }], {
      kinds: ['COURT_DECISION'],
      paper: 'la décision du juge compétent (convention, art. 3)',
    });
    const decision = { ...stated, document };
    const isExcluded = await this.exclusions.exists(tx, membershipId);
    const endsOn = judgeExclusion({ ...membership, isExcluded }, decision, today);
    const exclusionId = randomUUID();
    const recorded = { by: caller.userId, on: today };
    await this.exclusions.add(tx, exclusionId, membershipId, decision, recorded);
    await this.membershipEnd.execute(
      tx,
      membership,
      { endsOn, cause: 'EXCLUSION', by: caller.userId },
      membershipFact(ExclusionPronouncedSchema, { endsOn }),
      today,
    );
    await journal({
      details: {
        ground: exclusionGround,
        decidedOn: decision.decidedOn,
        effectiveOn: endsOn,
        sumsDueCents: decision.sumsDueCents.toString(),
        endedBefore: membership.endsOn ?? '',
      },
    });
    return { exclusionId };
  }
}
