import type { ServiceTokens } from '#libs/identity';
import { Database, isInfrastructureFault, UnitOfWork } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { FreshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { BillingBed } from '../../apps/billing/test/billing-bed.test-support.js';
import { supplier } from '../../apps/billing/test/billing-use-cases.test-support.js';
import { marketCode } from '../../apps/billing/test/market-facts.test-support.js';
import { MeteringUsageGateway } from '../../apps/billing/src/invoices/drafts/usage.grpc-gateway.js';
import type { LedgerHead } from '../../apps/billing/src/members/members.module.js';
import type { RecordedFact } from '../../apps/metering/src/usage/account-facts.pg.js';
import { MeteringInProcess } from './metering-in-process.js';

/** The databases of both services, with what membership states of its members. */
export type Books = {
  readonly metering: string;
  readonly billing: string;
  readonly heads: readonly LedgerHead[];
};

/** Each may be done again as a whole, by whoever comes after one that died in it: as the services themselves go on. */
export const stages = ['meter', 'run', 'number', 'late', 'correct'] as const;
export type Stage = (typeof stages)[number];

/** Members and what they committed to: one uses more, one less, one nothing. */
export const committed = { m1: 3, m2: 5, m3: 2 };
const firstDay = '2022-07-19';
const periodEnd = '2022-10-19';
const finalOn = '2022-10-29';
const lateOn = '2022-10-30';
const replacedOn = '2022-11-09';

const used = [
  ...['m1', 'm1', 'm1', 'm1', 'm1', 'm2', 'm2'].map((membershipId, n) => ({ membershipId, n })),
];
const accountOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const fact = (n: number, membershipId: string, over: Partial<RecordedFact> = {}): RecordedFact => ({
  ...{ accountId: accountOf(n), sequence: 1, effectiveOn: localDate(firstDay), isOpen: true },
  ...{ membershipId, itemCode: 'ELEVE', uai: n % 2 === 0 ? '0440290B' : '0440437L' },
  ...{ profile: 1, isActivated: false, ...over },
});
/** As three partitions bring them; some accounts close on a day of September. */
const batches = [0, 1, 2].map((shard) =>
  used
    .filter(({ n }) => n % 3 === shard)
    .flatMap(({ n, membershipId }) => [
      fact(n, membershipId),
      ...(n % 3 === 1
        ? [
            fact(n, membershipId, {
              sequence: 2,
              effectiveOn: localDate('2022-09-12'),
              isOpen: false,
            }),
          ]
        : []),
    ]),
);
/** One account of the first member was closed in August already, and one more was open in October. */
const lateBatches = [
  [fact(0, 'm1', { sequence: 2, effectiveOn: localDate('2022-08-20'), isOpen: false })],
  [fact(9, 'm1', { effectiveOn: localDate('2022-10-03') })],
];

const proposer = supplier;
const approver = { ...supplier, userId: 'supplier-2' };
/** As a worker that met a lost connection, or a person who is told to try again: with the same key. */
const attemptsMax = 5;

/** A quarter of a METERED market from its account facts to the replacement of an invoice, by both services' use cases. */
export class BillingStory {
  private constructor(
    private readonly metering: MeteringInProcess,
    private readonly billing: BillingBed,
    private readonly gateway: MeteringUsageGateway,
  ) {}

  static async open({
    metering: meteringUrl,
    billing: billingUrl,
    heads,
  }: Books): Promise<BillingStory> {
    const [metering, address] = await MeteringInProcess.open(meteringUrl, marketCode);
    const database = new Database({ url: billingUrl, poolMax: 4 });
    const fresh = { database, unitOfWork: new UnitOfWork(database) } as unknown as FreshDatabase;
    const billing = new BillingBed(fresh);
    for (const head of heads) billing.heads.heads.set(head.membershipId, head);
    const tokens = { token: () => Promise.resolve('any') } as unknown as ServiceTokens;
    const gateway = new MeteringUsageGateway({ address }, tokens);
    // Asked for real, where the bed states its answers.
    billing.usage.ofPeriod = (...asked) => gateway.ofPeriod(...asked);
    billing.usage.certify = (...asked: [] | Parameters<typeof gateway.certify>) =>
      gateway.certify(...(asked as Parameters<typeof gateway.certify>));
    billing.usage.ofMarket = (...asked: [] | Parameters<typeof gateway.ofMarket>) =>
      gateway.ofMarket(...(asked as Parameters<typeof gateway.ofMarket>));
    return new BillingStory(metering, billing, gateway);
  }

  async close(): Promise<void> {
    this.gateway.onApplicationShutdown();
    await this.metering.end();
    await this.billing.fresh.database.end();
  }

  /** `worker`: whose command it is, where several begin the same run. */
  async play(stage: Stage, worker: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this[stage](worker);
      } catch (error) {
        if (!isNobodysFault(error) || attempt === attemptsMax) throw error;
      }
    }
  }

  /** What the services' own checks find: nothing, where all holds. */
  async faults(): Promise<readonly string[]> {
    const { violations } = await this.billing.checkInvoices.execute(marketCode);
    return [
      ...violations.map((violation) => JSON.stringify(violation)),
      ...(await this.metering.faults(marketCode, localDate(replacedOn))),
    ];
  }

  async meter(): Promise<void> {
    await this.metering.take(batches);
    await this.metering.day(periodEnd);
  }

  async run(worker: string): Promise<void> {
    await this.billing.day(periodEnd);
    await this.billing.begin(periodEnd, marketCode, `run of ${worker}`);
    const workOff = this.billing.workOffRuns(undefined, { usage: 10_000 });
    while ((await this.billing.runs.waiting()).length > 0) await workOff.execute();
  }

  async number(): Promise<void> {
    await this.billing.day(finalOn);
  }

  async late(): Promise<void> {
    await this.metering.day(lateOn);
    await this.metering.take(lateBatches);
    const heard = await this.billing.lateUsage.heard('');
    // Each event once, as the consumer's position has it.
    const unheard = [...(await this.metering.lateTold())].flatMap(([id, told]) =>
      Array.from({ length: told - (heard.get(id) ?? 0) }, () => id),
    );
    if (unheard.length > 0)
      await this.billing.consume((tx) => this.billing.lateUsage.hear(tx, unheard));
  }

  async correct(): Promise<void> {
    await this.billing.day(lateOn);
    const { rows } = await this.billing.invoices.list({ membershipId: 'm1' }, 10, '');
    const invoiceId = rows.find(({ revision, kind }) => revision === 0 && kind === 'INVOICE')!.id;
    const { proposalId } = await this.billing.proposeCorrection.execute({
      ...{ invoiceId, reason: 'Comptes fermés en août.', caller: proposer },
      idempotencyKey: 'proposed once',
    });
    const { digest } = await this.billing.proposals.find(proposalId, 'CORRECTION');
    await this.billing.decideCorrection().execute({
      ...{ proposalId, digest, outcome: 'APPROVED', reason: '', caller: approver },
      idempotencyKey: 'approved once',
    });
    await this.billing.day(replacedOn);
  }
}

const isNobodysFault = (error: unknown): boolean =>
  isInfrastructureFault(error) || (error instanceof DomainError && error.kind === 'unavailable');
