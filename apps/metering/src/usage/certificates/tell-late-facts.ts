import { Injectable } from '@nestjs/common';
import { CertifiedUsageChangedSchema, event } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { UsageChange } from '../domain/account-days.js';
import { Certificates } from './certificates.pg.js';

const changesTold = 200;

/** A fact on days that are certified is counted as any; what it changes of the certificate is kept, and told (MTR-3). */
@Injectable()
export class TellLateFacts {
  constructor(
    private readonly certificates: Certificates,
    private readonly outbox: Outbox,
  ) {}

  async execute(tx: Transaction, changes: readonly UsageChange[]): Promise<void> {
    const changed = await this.certificates.keepLate(tx, changes);
    if (changed.length === 0) return;
    const told = changed.map(({ period, accountDays: certified, changes: late, ...certificate }) =>
      event(CertifiedUsageChangedSchema, certificate.membershipId, {
        ...certificate,
        period: { startsOn: period.start, endsOn: period.end },
        certifiedAccountDays: certified,
        accountDays: late.reduce((sum, { accountDays }) => sum + accountDays, 0n),
        changes: late.slice(0, changesTold).map((one) => ({ ...one })),
      }),
    );
    await this.outbox.add(tx, ...told);
  }
}
