import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PlanSuccessionsRequest } from '#libs/contracts';
import { type Asked, type Caller, requireMarket } from '#libs/identity';
import { newRowId, type Transaction } from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { Memberships } from '../adhesion/memberships/register.module.js';
import type { Plan } from './domain/plan.js';
import { SuccessionInvalid } from './domain/succession-problems.js';
import { type PlanGiven, PreparePlan, type SeatsTold } from './prepare-plan.js';
import { Successions } from './successions.pg.js';

export const plansMax = 200;

/** The successions of one command are one proposal. */
export const successionsKind = 'SUCCESSIONS';

/** Proposes successions (ADH-5), all or none; they are planned once another coordinator has approved them. */
@Injectable()
export class PlanSuccessions {
  constructor(
    private readonly commands: Commands,
    private readonly preparePlan: PreparePlan,
    private readonly successions: Successions,
    private readonly memberships: Memberships,
    private readonly proposals: Proposals,
  ) {}

  /** The same key gives the first answer again, a refusal too. Throws the first reason that forbids one of them. */
  async execute(
    input: Asked<PlanSuccessionsRequest, { plans: readonly PlanGiven[] }>,
  ): Promise<readonly string[]> {
    const { idempotencyKey, marketCode, plans, caller } = input;
    requireMarket(caller, marketCode);
    if (plans.length === 0 || plans.length > plansMax) {
      throw new SuccessionInvalid(`Indiquez de 1 à ${plansMax} successions.`, {
        plans: plans.length,
      });
    }
    const seats: SeatsTold[] = [];
    for (const plan of plans) seats.push(await this.preparePlan.askSeats(plan));
    return this.commands.run(
      {
        operation: 'PlanSuccessions',
        action: 'successions.planned',
        subject: `market:${marketCode}`,
      },
      { marketCode, plans, caller, idempotencyKey },
      (tx, today) => this.plan(tx, input, seats, today),
    );
  }

  private async plan(
    tx: Transaction,
    {
      marketCode,
      plans: given,
      caller,
    }: { marketCode: string; plans: readonly PlanGiven[]; caller: Caller },
    seats: readonly SeatsTold[],
    today: LocalDate,
  ): Promise<string[]> {
    // All at once and in one order: two commands that cross each other wait.
    await this.memberships.lock(
      tx,
      given.map(({ predecessorMembershipId }) => predecessorMembershipId),
      { organisationIds: given.map(({ successor }) => successor.organisationId), marketCode },
    );
    const groups = new Map<string, string>();
    const plans: Plan[] = [];
    const proposalId = newRowId();
    for (const [index, each] of given.entries()) {
      const { plan } = await this.preparePlan.execute(tx, each, seats[index] ?? [], {
        marketCode,
        plannedBy: caller.userId,
      });
      const key = `${plan.successorOrganisationId} ${plan.effectiveOn}`;
      const groupId = groups.get(key) ?? randomUUID();
      groups.set(key, groupId);
      const added = { ...plan, groupId };
      await this.successions.add(tx, added, { on: today, status: 'PROPOSED', proposalId });
      plans.push(added);
    }
    await this.proposals.record(
      tx,
      {
        ...{ proposalId, marketCode, kind: successionsKind, proposedBy: caller.userId },
        subject: plans[0]!.successionId,
        content: { successions: await this.successions.statedBy(tx, proposalId) },
        paper: undefined,
      },
      today,
    );
    return plans.map(({ successionId }) => successionId);
  }
}
