import { Controller } from '@nestjs/common';
import {
  type GetOpenAccountsRequest,
  type GetUsageBySchoolRequest,
  type GetUsageRequest,
  type ListUsageRequest,
  MeteringService,
  Profile,
  type RecountUsageRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate, periodOf } from '#libs/time';
import { GetOpenAccounts } from './get-open-accounts.js';
import { GetUsage, GetUsageBySchool, type UsageAsked } from './get-usage.js';
import { ListUsage } from './list-usage.js';
import { RecountUsage } from './recount-usage.js';
import { waitingOf } from './waiting-message.js';

@Controller()
export class UsageRpc {
  constructor(
    private readonly usage: GetUsage,
    private readonly usageBySchool: GetUsageBySchool,
    private readonly usageOfMarket: ListUsage,
    private readonly recount: RecountUsage,
    private readonly openAccounts: GetOpenAccounts,
  ) {}

  @Answers(MeteringService.method.getUsage)
  async getUsage(request: GetUsageRequest, caller: Caller) {
    const stated = await this.usage.execute(caller, askedBy(request));
    const { openAccounts, accountDays, complete, cutOff, waiting, certificateSha256 } = stated;
    return {
      openAccounts: openAccounts.map(({ from, openAccounts: open }) => ({
        from,
        openAccounts: open,
      })),
      accountDays,
      complete,
      cutOff,
      waiting: waitingOf(waiting),
      certificateSha256: certificateSha256 ?? '',
    };
  }

  @Answers(MeteringService.method.getUsageBySchool)
  async getUsageBySchool(request: GetUsageBySchoolRequest, caller: Caller) {
    return { schools: [...(await this.usageBySchool.execute(caller, askedBy(request)))] };
  }

  @Answers(MeteringService.method.listUsage)
  async listUsage({ marketCode, until, ...page }: ListUsageRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const [after = ''] = decodeCursor(page.cursor, 'text') ?? [];
    const asked = { marketCode, until: localDate(until), after, limit };
    const found = await this.usageOfMarket.execute(caller, asked);
    const { rows, nextCursor } = pageOf(found, limit, ({ membershipId }) => [membershipId]);
    return {
      memberships: rows.map(({ membershipId, items }) => ({
        membershipId,
        items: items.map(({ itemCode, openAccounts }) => ({
          itemCode,
          openAccounts: openAccounts.map((step) => ({
            from: step.from,
            openAccounts: step.openAccounts,
          })),
        })),
      })),
      nextCursor,
    };
  }

  @Answers(MeteringService.method.recountUsage)
  async recountUsage({ membershipId }: RecountUsageRequest, caller: Caller) {
    const { waiting, ...recount } = await this.recount.execute(caller, membershipId);
    return { ...recount, waiting: waitingOf(waiting) };
  }

  @Answers(MeteringService.method.getOpenAccounts)
  async getOpenAccounts({ membershipId, on: asked }: GetOpenAccountsRequest, caller: Caller) {
    const day = asked === '' ? undefined : localDate(asked);
    const { on, accounts } = await this.openAccounts.execute(caller, membershipId, day);
    return {
      on,
      accounts: accounts.map(({ profile, ...counts }) => ({
        ...counts,
        profile: profile === 0 ? '' : (Profile[profile] ?? ''),
      })),
    };
  }
}

function askedBy({
  membershipId,
  itemCode,
  period,
}: GetUsageRequest | GetUsageBySchoolRequest): UsageAsked {
  return {
    membershipId,
    itemCode,
    period: periodOf(period?.startsOn ?? '', period?.endsOn ?? ''),
  };
}
