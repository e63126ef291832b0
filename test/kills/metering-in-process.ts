import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Commands } from '#libs/commands';
import { MeteringService, topics } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { BusinessDayKeeper, type MessagingStatus, PgBusinessDate, PgOutbox } from '#libs/messaging';
import { Database, UnitOfWork } from '#libs/persistence';
import { definitionOf } from '#libs/rpc';
import { callerOf } from '#libs/testing';
import { type LocalDate, localDate } from '#libs/time';
import {
  AccountFactsSource,
  nothingIsHeldUp,
} from '../../apps/metering/src/usage/account-facts-source.gateway.js';
import { AccountFacts, type RecordedFact } from '../../apps/metering/src/usage/account-facts.pg.js';
import { Certificates } from '../../apps/metering/src/usage/certificates/certificates.pg.js';
import { CertificatesRpc } from '../../apps/metering/src/usage/certificates/certificates.rpc.js';
import { CertifiedUsage } from '../../apps/metering/src/usage/certificates/certified-usage.pg.js';
import { CertifyUsage } from '../../apps/metering/src/usage/certificates/certify-usage.js';
import { ListCertifiedUsage } from '../../apps/metering/src/usage/certificates/list-certified-usage.js';
import { TellLateFacts } from '../../apps/metering/src/usage/certificates/tell-late-facts.js';
import { UsageCounts } from '../../apps/metering/src/usage/certificates/usage-counts.pg.js';
import { ViewCertificates } from '../../apps/metering/src/usage/certificates/view-certificates.js';
import { DaysTold } from '../../apps/metering/src/usage/days-told.pg.js';
import { ListUsage } from '../../apps/metering/src/usage/list-usage.js';
import { PgMeterPositions } from '../../apps/metering/src/usage/meter-positions.pg-reader.js';
import { RecordAccountFacts } from '../../apps/metering/src/usage/record-account-facts.js';
import { TakeStanding } from '../../apps/metering/src/usage/take-standing.js';
import { PgUsageReader } from '../../apps/metering/src/usage/usage.pg-reader.js';
import { UsageRpc } from '../../apps/metering/src/usage/usage.rpc.js';

class QuietSource extends AccountFactsSource {
  heldUp() {
    return Promise.resolve(nothingIsHeldUp);
  }
}

/** Nothing waits at the broker: facts come by hand here. */
const quiet = { topicFigures: () => Promise.resolve([]) } as unknown as MessagingStatus;

/** The meter's use cases on a database, and the doors of it that billing asks, over gRPC as billing asks them. */
export class MeteringInProcess {
  private readonly database: Database;
  private readonly unitOfWork: UnitOfWork;
  private readonly record: RecordAccountFacts;
  private readonly rpc: CertificatesRpc;
  private readonly reader: PgUsageReader;
  private readonly usage: UsageRpc;
  private readonly daysTold: DaysTold;
  private readonly view: ViewCertificates;
  private readonly days = new BusinessDayKeeper(() => []);
  private readonly server = new Server();
  private readonly caller: Caller;

  private constructor(url: string, marketCode: string) {
    this.database = new Database({ url, poolMax: 4 });
    this.unitOfWork = new UnitOfWork(this.database);
    this.caller = callerOf({ userId: 'billing', roles: ['supplier'], markets: [marketCode] });
    const certificates = new Certificates(this.database);
    const counts = new UsageCounts(this.database);
    const outbox = new PgOutbox();
    this.record = new RecordAccountFacts(
      ...([new AccountFacts(), certificates, new TellLateFacts(certificates, outbox)] as const),
    );
    this.daysTold = new DaysTold(this.database);
    const positions = new PgMeterPositions(this.database, quiet, this.daysTold);
    const standing = new TakeStanding(positions, new QuietSource());
    const commands = new Commands(this.unitOfWork, new PgBusinessDate(this.database));
    this.reader = new PgUsageReader(this.database);
    // Billing asks it for nothing but this.
    this.usage = new UsageRpc(
      ...([undefined as never, undefined as never, new ListUsage(this.reader)] as const),
      ...([undefined as never, undefined as never] as const),
    );
    this.view = new ViewCertificates(this.reader, certificates, counts);
    const certify = new CertifyUsage(
      ...([commands, this.unitOfWork, standing, positions, certificates, counts] as const),
    );
    this.rpc = new CertificatesRpc(
      ...([certify, this.view] as const),
      new ListCertifiedUsage(standing, new CertifiedUsage(this.database)),
    );
  }

  static async open(
    url: string,
    marketCode: string,
  ): Promise<readonly [MeteringInProcess, string]> {
    const metering = new MeteringInProcess(url, marketCode);
    return [metering, await metering.serve()];
  }

  async end(): Promise<void> {
    this.server.forceShutdown();
    await this.database.end();
  }

  /** Each batch as its partition brings it: in one transaction, and again from the first where the process died. */
  async take(batches: readonly (readonly RecordedFact[])[]): Promise<void> {
    for (const [shard, batch] of batches.entries())
      await this.unitOfWork.run((tx) => this.record.execute(tx, shard, batch));
  }

  /** A day begins, and all facts of the days before it are told. */
  async day(text: string): Promise<void> {
    const day = localDate(text);
    await this.unitOfWork.run(async (tx) => {
      await this.days.advance(tx, day);
      for (let partition = 0; partition < topics.account.partitions; partition += 1)
        await this.daysTold.keep(tx, partition, day);
    });
  }

  /** How often it has told that late facts changed what it certified, by membership. */
  async lateTold(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.rows<{ id: string; n: number }>(
      `select key as id, count(*)::int as n from platform.outbox
        where type like '%CertifiedUsageChanged' group by 1 order by 1`,
    );
    return new Map(rows.map(({ id, n }) => [id, n]));
  }

  /** What the recount and the certificates say against it: nothing, where all holds. */
  async faults(marketCode: string, until: LocalDate): Promise<readonly string[]> {
    const { differences } = await this.reader.recount('', until, undefined);
    const { violations } = await this.view.verifyMarket(this.caller, marketCode);
    return [...violations, ...(differences === 0 ? [] : [`${differences} days counted otherwise`])];
  }

  private serve(): Promise<string> {
    const { rpc, usage, caller, server } = this;
    const answered =
      <Asked>(answer: (asked: Asked) => Promise<object>) =>
      ({ request }: { request: Asked }, reply: (error: object | null, value?: object) => void) =>
        void answer(request).then(
          (value) => reply(null, value),
          (error: Error) => reply({ code: 14, message: error.message }),
        );
    server.addService(definitionOf(MeteringService), {
      ListCertifiedUsage: answered((asked: Parameters<typeof rpc.listUsage>[0]) =>
        rpc.listUsage(asked, caller),
      ),
      CertifyUsage: answered((asked: Parameters<typeof rpc.certify>[0]) =>
        rpc.certify(asked, caller),
      ),
      ListUsage: answered((asked: Parameters<typeof usage.listUsage>[0]) =>
        usage.listUsage(asked, caller),
      ),
    });
    return new Promise((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(`127.0.0.1:${port}`),
      ),
    );
  }
}
