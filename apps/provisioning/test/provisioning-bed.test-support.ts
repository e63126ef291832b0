import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Commands } from '#libs/commands';
import {
  BusinessDayKeeper,
  type LoggedStates,
  type MessagingStatus,
  PgBusinessDate,
  PgOutbox,
  BrokerUnavailable,
  TopicEnds,
} from '#libs/messaging';
import { createLogger, type Logger } from '#libs/observability';
import { Database, UnitOfWork } from '#libs/persistence';
import { freshDatabase, required, type FreshDatabase, patience } from '#libs/testing';
import { localDate } from '#libs/time';
import { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import {
  completeImport,
  CopyAnew,
  MarkWhatFallsDue,
  Memberships,
  People,
  recordImportFigures,
  recordSeatsConfirmed,
} from '../src/copies/copies.module.js';
import { Circuit, EntPace, EntQueue, LoginPause } from '../src/ent/ent.module.js';
import { CarryOutRetries } from '../src/ent-faults/carry-out-retries.js';
import { EntRetries } from '../src/ent-faults/ent-retries.pg.js';
import { ForgetRetries } from '../src/ent-faults/ent-faults.module.js';
import { RetryFault } from '../src/ent-faults/retry-fault.js';
import { AccountViews } from '../src/accounts/account-views.pg.js';
import { FindAccountTraces } from '../src/account-traces/find-account-traces.js';
import { AllotSeats } from '../src/seats/allot-seats.js';
import { AssessPeople } from '../src/accounts/assess-people.js';
import { CountSeatsLost } from '../src/seats/count-seats-lost.js';
import { DaysTold } from '../src/days-told/days-told.pg.js';
import { TellDays } from '../src/days-told/tell-days.js';
import { DecideAccount } from '../src/accounts/decide-account.js';
import { EndGracePeriods } from '../src/accounts/end-grace-periods.js';
import { LostFacts } from '../src/accounts/lost-facts.pg.js';
import { RestateLostDays } from '../src/accounts/restate-lost-days.js';
import { LookAtAccounts } from '../src/accounts/look-at-accounts.js';
import { PendingAccounts } from '../src/work/pending-accounts.pg.js';
import type { AccountState } from '../src/accounts/domain/account.js';
import { Scope } from '../src/accounts/scope.pg.js';
import { UrgentBlocks } from '../src/accounts/urgent-blocks.pg.js';
import { SeatLosses } from '../src/seats/seat-losses.pg.js';
import { SeatNotices } from '../src/seats/seat-notices.pg.js';
import { SeatPools } from '../src/seats/seat-pools.pg.js';
import { SeatViews } from '../src/seats/seat-views.pg.js';
import { CarryOutUrgentBlocks } from '../src/ent-work/carry-out-urgent-blocks.js';
import { ServeEnt } from '../src/ent-work/serve-ent.js';
import { EntPlans } from '../src/ent-plans/ent-plans.pg.js';
import { ExpirePlans } from '../src/ent-plans/ent-plans.module.js';
import { TellOfSeats } from '../src/seats/tell-of-seats.js';
import { WorkLoop } from '../src/work/work-loop.js';
import { EntParts, trash } from './ent-parts.test-support.js';
import { type APerson, type OverQuota, aMarket, personEvent } from './people.test-support.js';

type Ends = Awaited<ReturnType<TopicEnds['ofAll']>>;

class StatedEnds extends TopicEnds {
  stated: Ends | undefined;
  constructor() {
    super('stated', { brokers: [] }, createLogger('provisioning', 'silent'));
  }
  override ofAll(): Promise<Ends> {
    return this.stated === undefined
      ? Promise.reject(new BrokerUnavailable(new Error('no broker')))
      : Promise.resolve(this.stated);
  }
}

/** The service without Kafka, HTTP or gRPC: real PostgreSQL, real Redis, the simulated ENT. */
export class ProvisioningBed extends EntParts {
  readonly seats;
  readonly look;
  readonly countSeatsLost;
  readonly decide;
  readonly urgentBlocks;
  readonly assessPeople;
  readonly allotSeats;
  readonly endGracePeriods;
  readonly restateLostDays;
  readonly daysTold;
  readonly tellDays;
  /** Where the logs end; nobody says while there is no broker. */
  readonly ends = new StatedEnds();
  /** Records that others have told and the service has still to read. */
  lag = 0n;
  readonly memberships = new Memberships();
  readonly people = new People(new Map([['17', 'NANTES']]));
  readonly copyAnew: CopyAnew;
  /** What the topic of people holds, as it was told last. */
  readonly topicOfPeople = new Map<string, ReturnType<typeof personEvent>>();
  private feedsEndAt = '00:00';
  private readonly days = new BusinessDayKeeper(() => [
    new MarkWhatFallsDue(this.feedsEndAt),
    new ExpirePlans(new EntPlans()),
    new ForgetRetries(new EntRetries(this.fresh.database)),
  ]);
  private findTraces: FindAccountTraces | undefined;
  private loops: { loop: WorkLoop; pending: PendingAccounts }[] = [];

  private constructor(
    fresh: FreshDatabase,
    ent: OpenEntNg,
    /** Of its keys in Redis. */
    readonly prefix = `test-${randomUUID().slice(0, 8)}`,
  ) {
    super(fresh, ent);
    const { database, unitOfWork } = fresh;
    const outbox = new PgOutbox();
    const date = new PgBusinessDate(database);
    const scope = new Scope();
    const losses = new SeatLosses(database);
    this.copyAnew = new CopyAnew(
      unitOfWork,
      date,
      {
        newest: (_topic: string, _schema: unknown, keys: readonly string[]) =>
          Promise.resolve(keys.flatMap((key) => this.topicOfPeople.get(key) ?? [])),
      } as unknown as LoggedStates,
      this.people,
    );
    this.seats = new SeatViews(database);
    this.look = new LookAtAccounts(new AccountViews(database));
    this.countSeatsLost = new CountSeatsLost(this.look, losses);
    this.urgentBlocks = new UrgentBlocks(database);
    this.decide = new DecideAccount(
      new Commands(unitOfWork, date),
      this.accounts,
      this.urgentBlocks,
    );
    this.assessPeople = new AssessPeople(unitOfWork, date, scope, this.accounts, trash);
    this.allotSeats = new AllotSeats(
      unitOfWork,
      date,
      new SeatPools(),
      this.accounts,
      scope,
      new TellOfSeats(date, new SeatNotices(), losses, outbox),
    );
    this.endGracePeriods = new EndGracePeriods(unitOfWork, date, this.accounts);
    this.restateLostDays = new RestateLostDays(
      unitOfWork,
      date,
      new LostFacts(database),
      this.accounts,
      { topicFigures: () => Promise.resolve([{ lag: this.lag }]) } as unknown as MessagingStatus,
      createLogger('provisioning', 'silent'),
    );
    this.daysTold = new DaysTold(database);
    this.tellDays = new TellDays(unitOfWork, this.daysTold, this.ends, outbox);
  }

  static async start(): Promise<ProvisioningBed> {
    return new ProvisioningBed(await freshDatabase('provisioning'), await OpenEntNg.start());
  }

  /** In a process of its own, on what a test has in another: only to be run. */
  static beside(of: {
    readonly databaseUrl: string;
    readonly entUrl: string;
    readonly prefix: string;
  }): ProvisioningBed {
    const database = new Database({ url: of.databaseUrl, poolMax: 10 });
    const fresh = { database, unitOfWork: new UnitOfWork(database) } as unknown as FreshDatabase;
    return new ProvisioningBed(fresh, { url: of.entUrl } as OpenEntNg, of.prefix);
  }

  /** Starts the process's loops, as after a boot; again: those of another process beside it. */
  run(
    options: {
      timeoutMs?: number;
      /** Calls to the ENT, of all processes together. */
      ratePerSecond?: number;
      entUrl?: string;
      logger?: Logger;
      isHeld?: boolean;
      /** New accounts of a school from which they go by file. */
      fileLeast?: number;
      accountsAtOnce?: number;
      pace?: EntPace;
    } = {},
  ): void {
    const { database } = this.fresh;
    const logger =
      options.logger ?? createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent');
    const mostPerSecond = options.ratePerSecond ?? 2_000;
    const pace = options.pace ?? new EntPace({ leastPerSecond: 1, mostPerSecond });
    // Unless a test asks for one, nothing is learnt from how long the simulator takes on a busy machine.
    const isPaced = options.pace !== undefined || options.ratePerSecond !== undefined;
    const { gateway, match } = this.engine({ ...options, ...(isPaced ? { pace } : {}) });
    const queue = new EntQueue(
      {
        redisUrl: required('REDIS_URL'),
        prefix: this.prefix,
        accountsAtOnce: options.accountsAtOnce ?? 50,
        isHeld: options.isHeld === true,
      },
      logger,
    );
    this.findTraces = new FindAccountTraces(database, queue, gateway);
    const circuit = new Circuit(20);
    const serve = new ServeEnt(this.work, match, circuit, queue, logger);
    const { reconcile } = this.comparison(gateway);
    const pending = new PendingAccounts(database, queue, trash);
    const { makePlans } = this.plans();
    const loop = new WorkLoop(
      this.copyAnew,
      this.assessPeople,
      this.allotSeats,
      this.endGracePeriods,
      this.restateLostDays,
      makePlans,
      this.tellDays,
      reconcile,
      this.faultParts().carryOut,
      serve,
      new CarryOutUrgentBlocks(
        this.fresh.unitOfWork,
        new PgBusinessDate(database),
        this.urgentBlocks,
        this.accounts,
        gateway,
      ),
      this.schoolFiles(options),
      this.work,
      pending,
      queue,
      pace,
      circuit,
      new LoginPause(),
      logger,
    );
    loop.onApplicationBootstrap();
    this.loops.push({ loop, pending });
  }

  /** Retries of all whom the ENT refused for one cause. */
  faultParts() {
    const { database, unitOfWork } = this.fresh;
    const date = new PgBusinessDate(database);
    const retries = new EntRetries(database);
    return {
      retries,
      retryFault: new RetryFault(new Commands(unitOfWork, date), retries),
      carryOut: new CarryOutRetries(unitOfWork, date, retries, this.accounts),
    };
  }

  /** What is left of the accounts of these people, as the process that runs answers. */
  traces(personIds: readonly string[]) {
    return this.findTraces!.execute(personIds);
  }

  async halt(): Promise<void> {
    for (const { loop } of this.loops.splice(0)) await loop.beforeApplicationShutdown();
  }

  async stop(): Promise<void> {
    await this.halt();
    await this.ent.stop();
    await this.fresh.drop();
  }

  /** `feedsEndAt`: local time from which fed schools are compared. */
  async begin(day: string, feedsEndAt = '00:00'): Promise<void> {
    this.feedsEndAt = feedsEndAt;
    await this.fresh.unitOfWork.run((tx) => this.days.advance(tx, localDate(day)));
  }

  /** Membership m with O ordered from its first day on, financing schools. */
  async aMembership(
    membershipId: string,
    options: {
      ordered: number;
      uais: readonly string[];
      startsOn?: string;
      endsOn?: string;
      terms?: OverQuota;
      marketCode?: string;
      organisationId?: string;
    },
  ): Promise<void> {
    const { ordered, uais, startsOn = '2022-07-19', endsOn = '2026-07-19', terms } = options;
    const { marketCode = 'e-primo-2022', organisationId = `org-${membershipId}` } = options;
    const organisationName = `Commune ${membershipId}`;
    const membership = {
      ...{ membershipId, organisationId, organisationName, marketCode, startsOn, endsOn },
    };
    await this.fresh.unitOfWork.run(async (tx) => {
      await this.memberships.recordMarket(tx, aMarket(terms, marketCode));
      await this.memberships.activate(tx, membership);
      for (const uai of uais) {
        await this.memberships.finance(tx, { uai, membershipId, startsOn, endsOn: null });
      }
    });
    if (ordered > 0) await this.order(membershipId, ordered, startsOn);
  }

  /** `seatsLost`: as its orderer has confirmed them. */
  async order(
    membershipId: string,
    delta: number,
    effectiveFrom: string,
    seatsLost = 0,
  ): Promise<void> {
    const lines = [{ itemCode: 'ELEVE', effectiveFrom, delta }];
    const order = { orderId: randomUUID(), membershipId, lines };
    await this.fresh.unitOfWork.run(async (tx) => {
      await this.memberships.addOrder(tx, order);
      await recordSeatsConfirmed(tx, { ...order, seatsLost });
    });
  }

  /** Person events of an import, and its completion unless told otherwise. */
  async import(
    people: readonly APerson[],
    options: {
      on: string;
      importId?: string;
      isComplete?: boolean;
      /** What its plan says of its schools (DIR-3). */
      schools?: readonly { uai: string; ended: number; changed: number }[];
    },
  ): Promise<string> {
    const { on, importId = randomUUID(), isComplete = true, schools = [] } = options;
    const events = people.map((person) => personEvent(person, on, importId));
    await this.fresh.unitOfWork.run((tx) => this.people.replace(tx, events));
    if (isComplete) await this.complete(importId, people.length, on, schools);
    return importId;
  }

  async complete(
    importId: string,
    expected: number,
    on: string,
    schools: readonly { uai: string; ended: number; changed: number }[] = [],
  ): Promise<void> {
    await this.fresh.unitOfWork.run(async (tx) => {
      await recordImportFigures(tx, importId, schools, on);
      await completeImport(tx, [{ importId, expected, on }]);
    });
  }

  /** Accounts work without the ENT: assessment, allotment, ends of grace. */
  async settleAccounts(): Promise<void> {
    while (
      (await this.allotSeats.execute()) ||
      (await this.assessPeople.execute()) > 0 ||
      (await this.endGracePeriods.execute()) > 0
    );
  }

  async untilQuiet(withinMs = 90_000): Promise<void> {
    await this.until('quiet', async () => (await this.loops[0]?.pending.count()) === 0, withinMs);
  }

  async until(
    what: string,
    holds: () => Promise<boolean> | boolean,
    withinMs = 90_000,
  ): Promise<void> {
    const deadline = performance.now() + withinMs * patience;
    // Ever more rarely: whether all is quiet takes six statements, which hold up what is waited for.
    for (let lookAgainMs = 20; !(await holds()); lookAgainMs *= 1.25) {
      if (performance.now() > deadline)
        throw new Error(`still not so after ${withinMs} ms: ${what}`);
      await sleep(Math.min(lookAgainMs, 100));
    }
  }

  /** Accounts in another state with its transition, past the service: no work towards the ENT, no event. */
  async becomes(to: AccountState, where: string): Promise<void> {
    await this.rows(
      `with stepped as (
         insert into account_transition (account_id, sequence, from_state, to_state, effective_on, cause, uai, membership_id, item_code, decided_by)
         select account_id, sequence + 1, state, $1, since, 'OPERATOR', uai, membership_id, item_code, 'agent' from account where ${where})
       update account set state = $1, sequence = sequence + 1,
         open_state = case when $1 in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') then $1 else open_state end where ${where}`,
      [to],
    );
  }

  /** Every chain of transitions is gap-free, ends in the account's state, and seats add up. */
  async faults(): Promise<unknown[]> {
    const chains = await this.rows(
      `select a.account_id from account a where a.sequence <> (select count(*) from account_transition t where t.account_id = a.account_id)
         or a.state <> (select to_state from account_transition t where t.account_id = a.account_id order by sequence desc limit 1)`,
    );
    return [...chains, ...(await this.seats.check()).violations];
  }
}
