import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { AuditAction } from '#libs/trade';
import { type Draft, followUpOf, newDraft, overQuotaHand } from '../domain/draft.js';
import { Drafts, type SeatsMissing } from './drafts.pg.js';
import { OrderLedgers } from '../ledger/order-ledgers.pg.js';

/**
 * Prepares an order for those who wait beyond O, where the market says so (PRV-2): one draft per
 * membership and item, as large as the seats that are missing. Nobody but the orderer signs it.
 */
@Injectable()
export class DraftOverQuota {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly drafts: Drafts,
    private readonly businessDate: BusinessDate,
  ) {}

  /** At most one entry per membership and item: the latest told. The same figures again change nothing. */
  async execute(tx: Transaction, told: readonly SeatsMissing[]): Promise<void> {
    const today = await this.businessDate.today(tx);
    const ids = [...new Set(told.map(({ membershipId }) => membershipId))];
    const drafting = await this.drafts.draftingAmong(tx, ids);
    // In one order everywhere, so that two partitions do not wait for each other.
    const sorted = [...told].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const seats of sorted) {
      const missing = drafting.has(seats.membershipId) ? seats.missing : 0;
      await this.follow(tx, { ...seats, missing }, today);
    }
  }

  private async follow(tx: Transaction, seats: SeatsMissing, today: LocalDate): Promise<void> {
    const { membershipId, itemCode, missing } = seats;
    // The lock that every change of a draft takes first. Of a membership that is not here nothing is kept.
    if (!(await this.ledgers.findForUpdate(tx, membershipId, today))) return;
    const before = await this.drafts.tellMissing(tx, seats, today);
    const draft = await this.drafts.findOverQuotaForUpdate(tx, membershipId, itemCode);
    const lines = [{ itemCode, effectiveFrom: today, delta: missing }];
    switch (followUpOf({ before, now: missing }, draft)) {
      case 'NOTHING':
        return;
      case 'PREPARE':
        return this.prepare(tx, { membershipId, itemCode, lines }, today);
      case 'CHANGE':
        return this.change(tx, { ...draft!, lines }, 'draft.changed', today);
      case 'CANCEL':
        return this.change(tx, { ...draft!, status: 'CANCELLED' }, 'draft.cancelled', today);
    }
  }

  private async prepare(
    tx: Transaction,
    of: Pick<Draft, 'membershipId' | 'itemCode' | 'lines'>,
    today: LocalDate,
  ): Promise<void> {
    const draft = newDraft({ draftId: randomUUID(), ...of, note: '' }, overQuotaHand, today);
    await this.drafts.add(tx, draft);
    await this.tell(tx, draft, 'draft.prepared', today);
  }

  private async change(
    tx: Transaction,
    draft: Draft,
    action: AuditAction,
    today: LocalDate,
  ): Promise<void> {
    const changed = { ...draft, version: draft.version + 1 };
    await this.drafts.save(tx, changed);
    await this.tell(tx, changed, action, today);
  }

  private tell(
    tx: Transaction,
    draft: Draft,
    action: AuditAction,
    today: LocalDate,
  ): Promise<void> {
    return audit(tx, {
      action,
      subject: `membership:${draft.membershipId}`,
      actor: overQuotaHand,
      restsOn: draft.draftId,
      businessDate: today,
      details: { lines: draft.lines, version: draft.version },
    });
  }
}

const keyOf = ({ membershipId, itemCode }: SeatsMissing) => `${membershipId} ${itemCode}`;
