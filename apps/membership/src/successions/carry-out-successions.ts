import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Annexes } from '../adhesion/commitments/commitments.module.js';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { Markets } from '../contract/markets/markets.module.js';
import type { Plan } from './domain/plan.js';
import {
  checkPredecessor,
  checkSuccessor,
  type Holding,
  type Move,
  notConserved,
  share,
  takeOver,
} from './domain/succession.js';
import { GiveToSuccessor } from './give-to-successor.js';
import { ReceiveSuccession } from './receive-succession.js';
import { Sides } from './sides.js';
import { Successions } from './successions.pg.js';
import { Transfers } from './transfers.pg.js';

/** What one succession came to before anything is written. */
type Decision = {
  readonly before: readonly (readonly Holding[])[];
  readonly moves: readonly Move[];
  /** Undefined: the successor is no member yet. */
  readonly successorMembershipId: string | undefined;
};

/** Carries out the successions of a group (ADH-5): all of them, in the caller's transaction, or throws. */
@Injectable()
export class CarryOutSuccessions {
  constructor(
    private readonly successions: Successions,
    private readonly transfers: Transfers,
    private readonly memberships: Memberships,
    private readonly annexes: Annexes,
    private readonly sides: Sides,
    private readonly receiving: ReceiveSuccession,
    private readonly giving: GiveToSuccessor,
    private readonly markets: Markets,
  ) {}

  /** Decided under the locks of all memberships, so that orders signed meanwhile count. Throws what forbids it. */
  async execute(tx: Transaction, groupId: string, today: LocalDate): Promise<void> {
    const plans = await this.successions.groupForUpdate(tx, groupId);
    await this.memberships.lock(
      tx,
      plans.map(({ predecessorMembershipId }) => predecessorMembershipId),
      {
        organisationIds: plans.map(({ successorOrganisationId }) => successorOrganisationId),
        marketCode: plans[0]?.marketCode ?? '',
      },
    );
    for (const plan of plans) await this.one(tx, plan, today);
  }

  private async one(tx: Transaction, plan: Plan, today: LocalDate): Promise<void> {
    const { before, moves, successorMembershipId: known } = await this.decide(tx, plan);
    const successorMembershipId = known ?? (await this.createMember(tx, plan, moves, today));
    const isSuccessorCreated = known === undefined;
    const successorOrderIds = await this.receiving.execute(
      tx,
      plan,
      { successorMembershipId, isSuccessorCreated, moves },
      today,
    );
    const schoolsMoved = await this.passSchools(tx, plan, successorMembershipId, today);
    const predecessorOrderId = await this.giving.execute(
      tx,
      plan,
      { successorMembershipId, moves },
      today,
    );
    await this.checkConserved(tx, plan, successorMembershipId, before);
    await this.successions.markCarriedOut(tx, {
      successionId: plan.successionId,
      on: today,
      successorMembershipId,
      isSuccessorCreated,
      predecessorOrderId,
      successorOrderIds,
      schoolsMoved,
    });
    for (const membershipId of [plan.predecessorMembershipId, successorMembershipId]) {
      await audit(tx, {
        action: 'succession.carried-out',
        subject: `membership:${membershipId}`,
        actor: plan.plannedBy,
        restsOn: plan.document.documentId,
        businessDate: today,
        details: {
          successionId: plan.successionId,
          effectiveOn: plan.effectiveOn,
          moves,
          schoolsMoved,
        },
      });
    }
  }

  private async decide(tx: Transaction, plan: Plan): Promise<Decision> {
    const { effectiveOn, successorOrganisationId, marketCode } = plan;
    const predecessor = await this.sides.of(tx, plan.predecessorMembershipId, effectiveOn);
    const { endsOn } = checkPredecessor(predecessor, effectiveOn);
    const member = await this.memberships.findOf(tx, successorOrganisationId, marketCode);
    const successor = member && (await this.sides.of(tx, member.membershipId, effectiveOn));
    if (successor) checkSuccessor(successor, effectiveOn, endsOn);
    const moves =
      plan.kind === 'FULL'
        ? takeOver(predecessor, effectiveOn)
        : share(predecessor, effectiveOn, plan.shares).moves;
    return {
      before: [predecessor.holdings, successor?.holdings ?? []],
      moves,
      successorMembershipId: member?.membershipId,
    };
  }

  private async createMember(
    tx: Transaction,
    plan: Plan,
    moves: readonly Move[],
    today: LocalDate,
  ): Promise<string> {
    const { effectiveOn } = plan;
    const { market } = await this.markets.find(plan.marketCode, tx);
    const commitment = moves
      .map(({ itemCode, commitment: changes }) => ({
        itemCode,
        quantity: changes.find((change) => change.effectiveFrom === effectiveOn)?.delta ?? 0,
      }))
      .filter(({ quantity }) => quantity > 0);
    const period = { startsOn: effectiveOn, endsOn: market.calendar.endsOn };
    const membershipId = randomUUID();
    await this.memberships.add(tx, {
      membershipId,
      organisationId: plan.successorOrganisationId,
      marketCode: plan.marketCode,
      status: 'ACCEPTED',
      reasons: [],
      // There was no letter (it is no new adhesion): the succession stands in its place.
      letter: { number: `Succession ${plan.successionId}`, sentOn: today, receivedOn: today },
      documents: [plan.document],
      appliedOn: today,
    });
    await this.annexes.saveCommitment(tx, membershipId, commitment);
    await this.receiving.activate(tx, plan, membershipId, period, commitment, today);
    return membershipId;
  }

  private async passSchools(
    tx: Transaction,
    plan: Plan,
    successorMembershipId: string,
    today: LocalDate,
  ): Promise<string[]> {
    const chosen = plan.kind === 'FULL' ? undefined : plan.schools;
    const { effectiveOn, predecessorMembershipId: from } = plan;
    const passing = await this.transfers.cutSchools(tx, from, effectiveOn, chosen);
    await this.giving.tellSchoolsGone(tx, plan, passing);
    await this.receiving.addSchools(tx, plan, successorMembershipId, passing, today);
    return [...new Set(passing.map(({ uai }) => uai))];
  }

  /** As written: a difference is a fault of this program, and nothing of it is kept. */
  private async checkConserved(
    tx: Transaction,
    plan: Plan,
    successorMembershipId: string,
    before: readonly (readonly Holding[])[],
  ): Promise<void> {
    const sides = plan.kind === 'FULL' ? [] : [plan.predecessorMembershipId];
    const after: (readonly Holding[])[] = [];
    for (const membershipId of [...sides, successorMembershipId]) {
      after.push((await this.sides.of(tx, membershipId, plan.effectiveOn)).holdings);
    }
    const lost = notConserved(before, after, plan.effectiveOn);
    if (lost) {
      throw new RangeError(
        `Succession ${plan.successionId} does not conserve ${JSON.stringify(lost)}`,
      );
    }
  }
}
