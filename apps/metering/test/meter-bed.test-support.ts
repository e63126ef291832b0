import { PgOutbox } from '#libs/messaging';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { AccountChangedConsumer } from '../src/usage/account-changed.consumer.js';
import { DaysTold } from '../src/usage/days-told.pg.js';
import { AccountFacts, type RecordedFact } from '../src/usage/account-facts.pg.js';
import { Certificates } from '../src/usage/certificates/certificates.pg.js';
import { TellLateFacts } from '../src/usage/certificates/tell-late-facts.js';
import { UsageCounts } from '../src/usage/certificates/usage-counts.pg.js';
import { RecordAccountFacts } from '../src/usage/record-account-facts.js';
import { PgUsageReader } from '../src/usage/usage.pg-reader.js';

export const item = 'COMPTE_ELEVE';

/** Of the member of the story, in its one school. */
export const factOf = (accountId: string, sequence: number, on: string, open: boolean) => ({
  accountId,
  sequence,
  effectiveOn: localDate(on),
  isOpen: open,
  membershipId: 'm-story',
  itemCode: item,
  uai: '0440001A',
  ...{ profile: 1, isActivated: false },
});

/** The meter on a real PostgreSQL, on 1 September 2026. */
export class MeterBed {
  readonly reader: PgUsageReader;
  readonly certificates: Certificates;
  readonly counts: UsageCounts;
  /** What hears the events. */
  readonly consumer: AccountChangedConsumer;
  private readonly record: RecordAccountFacts;

  private constructor(readonly stack: FreshDatabase) {
    const { database } = stack;
    this.reader = new PgUsageReader(database);
    this.certificates = new Certificates(database);
    this.counts = new UsageCounts(database);
    const late = new TellLateFacts(this.certificates, new PgOutbox());
    this.record = new RecordAccountFacts(new AccountFacts(), this.certificates, late);
    this.consumer = new AccountChangedConsumer(this.record, new DaysTold(database));
  }

  static async open(): Promise<MeterBed> {
    const stack = await freshDatabase('metering');
    await stack.database.query("select platform.begin_day('2026-09-01')");
    return new MeterBed(stack);
  }

  take(facts: readonly RecordedFact[], shard = 0): Promise<void> {
    return this.stack.unitOfWork.run((tx) => this.record.execute(tx, shard, facts));
  }
}
