import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { event, MembershipActivatedSchema } from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { Outbox } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import { type CommitmentInForce, PublishCommitment } from '../commitments/commitments.module.js';
import {
  Markets,
  toMarketMessage,
  type VersionedMarket,
} from '../../contract/markets/markets.module.js';
import { RecordInitialOrder } from '../../orders/ledger/orders.module.js';
import { toOrganisationMessage } from '../../organisations/organisations.reader.js';
import { activationPeriod } from './domain/membership.js';
import { type Membership, Memberships } from './memberships.repository.js';

/** Puts an accepted membership in force, with the initial order equal to C, in one transaction (ADH-6, ORD-1). */
@Injectable()
export class ActivateMembership {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly publishCommitment: PublishCommitment,
    private readonly recordInitialOrder: RecordInitialOrder,
    private readonly markets: Markets,
    private readonly outbox: Outbox,
  ) {}

  /** Active already: nothing changes. Throws what `activationPeriod` and the initial order throw; each leaves an entry. */
  execute({ membershipId, caller }: { membershipId: string; caller: Caller }): Promise<void> {
    return this.commands.attempt(
      {
        operation: 'ActivateMembership',
        action: 'membership.activated',
        request: { membershipId },
        caller,
        refused: { subject: `membership:${membershipId}` },
      },
      async (tx, today) => {
        const membership = await this.memberships.findForUpdate(tx, membershipId);
        if (!membership) throw new NotVisible();
        requireMarket(caller, membership.marketCode);
        await this.activate(tx, membership, caller, today);
      },
    );
  }

  private async activate(
    tx: Transaction,
    membership: Membership,
    caller: Caller,
    today: LocalDate,
  ): Promise<void> {
    const { membershipId, status, marketCode, documents } = membership;
    if (status === 'ACTIVE') return;
    const market = await this.markets.find(marketCode, tx);
    const period = activationPeriod(status, market.market.calendar, today);
    const inForce = await this.publishCommitment.inForce(tx, membershipId);
    const convention = documents.find(({ kind }) => kind === 'CONVENTION');
    await this.memberships.activate(tx, membershipId, period, today);
    await this.tell(tx, membership, market, period, inForce, convention, today);
    const restsOn = [convention, inForce?.annexe2].filter((document) => document !== undefined);
    await this.recordInitialOrder.execute(
      tx,
      { membershipId, from: period.startsOn, signedBy: caller.userId, restsOn },
      today,
    );
    await audit(tx, {
      action: 'membership.activated',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      businessDate: today,
      ...(inForce ? { restsOn: inForce.annexe2.sha256 } : {}),
      details: { ...period, commitment: inForce?.commitment ?? [] },
    });
  }

  private async tell(
    tx: Transaction,
    { membershipId, organisation, version }: Membership,
    market: VersionedMarket,
    { startsOn, endsOn }: { startsOn: LocalDate; endsOn: LocalDate },
    inForce: CommitmentInForce | undefined,
    convention: DocumentReference | undefined,
    today: LocalDate,
  ): Promise<void> {
    await this.outbox.add(
      tx,
      event(MembershipActivatedSchema, membershipId, {
        membershipId,
        membershipVersion: version + 1,
        organisation: toOrganisationMessage(organisation),
        market: toMarketMessage(market),
        period: { startsOn, endsOn },
        commitment: (inForce?.commitment ?? []).map(({ itemCode, quantity }) => ({
          itemCode,
          quantity,
        })),
        ...(inForce ? { annexe2: inForce.annexe2 } : {}),
        ...(convention ? { convention } : {}),
        activatedOn: today,
      }),
    );
  }
}
