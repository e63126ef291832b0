import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { addDays, type LocalDate } from '#libs/time';
import { type OpenAccounts, OpenAccountsOfDay } from './open-accounts-of-day.pg.js';
import { requireMembership } from './require-membership.js';
import { UsageReader } from './usage.reader.js';

const rowsMax = 5_000;

/** Open, in use and paid for, each apart, by school and profile: counts, never a person (MTR-1, SUP-3). */
@Injectable()
export class GetOpenAccounts {
  constructor(
    private readonly usage: UsageReader,
    private readonly businessDate: BusinessDate,
    private readonly openAccounts: OpenAccountsOfDay,
  ) {}

  /** On the last day that is over unless told. Throws NotVisible. */
  async execute(
    caller: Caller,
    membershipId: string,
    on: LocalDate | undefined,
  ): Promise<{ on: LocalDate; accounts: readonly OpenAccounts[] }> {
    await requireMembership(this.usage, caller, membershipId);
    const day = on ?? addDays(await this.businessDate.today(), -1);
    return { on: day, accounts: await this.openAccounts.of(membershipId, day, rowsMax) };
  }
}
