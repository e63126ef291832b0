import { Injectable } from '@nestjs/common';
import type { ListWithdrawalsRequest, ListWithdrawalRemindersRequest } from '#libs/contracts';
import { type AskedPage, type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LocalDate } from '#libs/time';
import {
  ListMemberships,
  type MembershipView,
} from '../../adhesion/memberships/memberships.module.js';
import { Markets } from '../../contract/markets/markets.module.js';
import { windowOf, type WithdrawalWindow } from './domain/withdrawal-notice.js';
import { termsOf } from './registered-letters.js';
import { type NoticeView, type ReminderView, Withdrawals } from './withdrawals.pg.js';

export type WithdrawalView = {
  readonly window: WithdrawalWindow | undefined;
  /** What the member can do today, in one word. */
  readonly state: 'NONE' | 'NOT_YET' | 'OPEN' | 'CLOSED' | 'NOTIFIED' | 'ENDED';
  readonly notices: readonly NoticeView[];
  readonly reminders: readonly ReminderView[];
};

/** Windows, notices and reminders: a member its own, the coordinator those of its markets (SUP-3). */
@Injectable()
export class ViewWithdrawals {
  constructor(
    private readonly memberships: ListMemberships,
    private readonly withdrawals: Withdrawals,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  async of(input: { membershipId: string; caller: Caller }): Promise<WithdrawalView> {
    const { membershipId } = input;
    const member = await this.memberships.find(input);
    const { market } = await this.markets.find(member.marketCode);
    const [notices, reminders, today] = await Promise.all([
      this.withdrawals.noticesOf(membershipId),
      this.withdrawals.remindersOf(membershipId),
      this.businessDate.today(),
    ]);
    const isCoordinator = member.organisation.siren === market.coordinatorSiren;
    const window = isCoordinator ? undefined : windowOf(termsOf(market));
    return { window, state: stateOf(member, window, notices, today), notices, reminders };
  }

  /** One row more than `limit` where there is one. */
  notices(input: AskedPage<ListWithdrawalsRequest>): Promise<NoticeView[]> {
    requireMarket(input.caller, input.marketCode);
    return this.withdrawals.list(input.marketCode, input.after, input.limit + 1);
  }

  /** One row more than `limit` where there is one. */
  reminders(
    input: AskedPage<ListWithdrawalRemindersRequest, readonly [string, string, string]>,
  ): Promise<ReminderView[]> {
    requireMarket(input.caller, input.marketCode);
    return this.withdrawals.listReminders(input.marketCode, input.after, input.limit + 1);
  }
}

function stateOf(
  { status, endsOn }: Pick<MembershipView, 'status' | 'endsOn'>,
  window: WithdrawalWindow | undefined,
  notices: readonly NoticeView[],
  today: LocalDate,
): WithdrawalView['state'] {
  if (status === 'ENDED') return 'ENDED';
  if (notices.some((notice) => notice.status === 'NOTIFIED')) return 'NOTIFIED';
  if (window === undefined || (endsOn !== '' && endsOn <= window.closesOn)) return 'NONE';
  if (today < window.opensOn) return 'NOT_YET';
  return today < window.closesOn ? 'OPEN' : 'CLOSED';
}
