import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type { LetterBody, MarketQuery } from './membership-ends.dto.js';
import { fromLetterBody, toNotice, toReminder, toWithdrawal } from './membership-ends.mapping.js';

/** Withdrawals: membership judges them (WDR-1), the console carries. */
@Injectable()
export class MemberWithdrawals {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async show(visitor: Visitor, membershipId: string) {
    await this.own.require(visitor, membershipId);
    return toWithdrawal(await this.clients.of(visitor).withdrawals.getWithdrawal({ membershipId }));
  }

  /** Too early or too late comes as a problem that says when to send the letter. */
  async record(visitor: Visitor, membershipId: string, body: LetterBody, idempotencyKey: string) {
    await this.own.require(visitor, membershipId);
    const { notice } = await this.clients.of(visitor).withdrawals.recordWithdrawal({
      idempotencyKey,
      membershipId,
      letter: fromLetterBody(body),
    });
    return { notice: notice ? toNotice(notice) : null };
  }

  async revoke(visitor: Visitor, membershipId: string, body: LetterBody, idempotencyKey: string) {
    await this.own.require(visitor, membershipId);
    const { notice, schoolsLost } = await this.clients.of(visitor).withdrawals.revokeWithdrawal({
      idempotencyKey,
      membershipId,
      letter: fromLetterBody(body),
    });
    return { notice: notice ? toNotice(notice) : null, schoolsLost };
  }

  async list(visitor: Visitor, { market, ...page }: MarketQuery) {
    const answer = await this.clients
      .of(visitor)
      .withdrawals.listWithdrawals({ marketCode: market, page });
    return { notices: answer.notices.map(toNotice), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async reminders(visitor: Visitor, { market, ...page }: MarketQuery) {
    const answer = await this.clients
      .of(visitor)
      .withdrawals.listWithdrawalReminders({ marketCode: market, page });
    return {
      reminders: answer.reminders.map(toReminder),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }
}
