import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import { MembershipActivatedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { PublishCommitment } from '../commitments/commitments.module.js';
import { Markets, toMarketMessage } from '../../contract/markets/markets.module.js';
import { RecordInitialOrder } from '../../orders/ledger/orders.module.js';
import { Applications } from './applications.pg.js';
import { activationPeriod, checkGround } from './domain/membership.js';
import { membershipFact } from './membership-fact.js';
import { type Membership, Memberships } from './memberships.pg.js';

/** Puts an accepted membership in force, with the initial order equal to C, in one transaction (ADH-6, ORD-1). */
@Injectable()
export class ActivateMembership {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly publishCommitment: PublishCommitment,
    private readonly recordInitialOrder: RecordInitialOrder,
    private readonly markets: Markets,
    private readonly applications: Applications,
  ) {}

  /** Active already: nothing changes. Throws what `activationPeriod`, `checkGround` and the initial order throw; each leaves an entry. */
  execute({ membershipId, caller }: { membershipId: string; caller: Caller }): Promise<void> {
    return this.commands.attempt(
      {
        operation: 'ActivateMembership',
        action: 'membership.activated',
        request: { membershipId },
        caller,
        refused: { subject: `membership:${membershipId}` },
      },
      async (tx, today, journal) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        await this.activate(tx, membership, caller, today, journal);
      },
    );
  }

  private async activate(
    tx: Transaction,
    membership: Membership,
    caller: Caller,
    today: LocalDate,
    journal: Journal,
  ): Promise<void> {
    const { membershipId, status, marketCode, organisation } = membership;
    if (status === 'ACTIVE') return;
    const market = await this.markets.find(marketCode, tx);
    const period = activationPeriod(status, market.market.calendar, today);
    const ground = await this.applications.activationGround(tx, membershipId);
    checkGround({ ...ground, notifiedOn: market.market.calendar.notificationOn.actual });
    const { convention } = ground;
    const inForce = await this.publishCommitment.inForce(tx, membershipId);
    await this.memberships.activate(
      tx,
      membershipId,
      period,
      today,
      membershipFact(MembershipActivatedSchema, {
        organisation,
        market: toMarketMessage(market),
        period,
        commitment: inForce?.commitment ?? [],
        ...(inForce ? { annexe2: inForce.annexe2 } : {}),
        ...(convention ? { convention } : {}),
        activatedOn: today,
      }),
    );
    const restsOn = [convention, inForce?.annexe2].filter((document) => document !== undefined);
    await this.recordInitialOrder.execute(
      tx,
      { membershipId, from: period.startsOn, signedBy: caller.userId, restsOn },
      today,
    );
    await journal({
      restsOn: inForce?.annexe2.sha256,
      details: { ...period, commitment: inForce?.commitment ?? [] },
    });
  }
}
