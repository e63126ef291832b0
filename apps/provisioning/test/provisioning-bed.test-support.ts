import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { create, type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { Commands } from '#libs/commands';
import {
  MarketSchema,
  PersonChangedSchema,
  Profile as ProfileNumber,
  type PersonChanged,
} from '#libs/contracts';
import {
  BusinessDayKeeper,
  type MessagingStatus,
  PgBusinessDate,
  PgOutbox,
  BrokerUnavailable,
  TopicEnds,
  type ReceivedEvent,
} from '#libs/messaging';
import { createLogger, type Logger } from '#libs/observability';
import { callerOf, freshDatabase, required, type FreshDatabase, patience } from '#libs/testing';
import { localDate } from '#libs/time';
import { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import {
  completeImport,
  MarkWhatFallsDue,
  Memberships,
  People,
  recordImportFigures,
  recordSeatsConfirmed,
} from '../src/copies/copies.module.js';
import {
  Circuit,
  type EntGateway,
  EntHttpGateway,
  type EntPace,
  EntQueue,
} from '../src/ent/ent.module.js';
import { AccountViews } from '../src/accounts/account-views.pg.js';
import { FindAccountTraces } from '../src/account-traces/find-account-traces.js';
import { Accounts } from '../src/accounts/accounts.pg.js';
import { AllotSeats } from '../src/seats/allot-seats.js';
import { AssessPeople } from '../src/accounts/assess-people.js';
import { CountSeatsLost } from '../src/seats/count-seats-lost.js';
import { DaysTold } from '../src/days-told/days-told.pg.js';
import { TellDays } from '../src/days-told/tell-days.js';
import { DecideAccount } from '../src/accounts/decide-account.js';
import type { AccountState } from '../src/accounts/domain/account.js';
import { EndGracePeriods } from '../src/accounts/end-grace-periods.js';
import { LostFacts } from '../src/accounts/lost-facts.pg.js';
import { RestateLostDays } from '../src/accounts/restate-lost-days.js';
import { EntPlaces } from '../src/ent-work/ent-places.js';
import { EntWork } from '../src/ent-work/ent-work.pg.js';
import { KnownPlaces } from '../src/ent-work/known-places.pg.js';
import { LookAtAccounts } from '../src/accounts/look-at-accounts.js';
import { PendingAccounts } from '../src/work/pending-accounts.pg.js';
import { Scope } from '../src/accounts/scope.pg.js';
import { SeatLosses } from '../src/seats/seat-losses.pg.js';
import { SeatNotices } from '../src/seats/seat-notices.pg.js';
import { SeatPools } from '../src/seats/seat-pools.pg.js';
import { SeatViews } from '../src/seats/seat-views.pg.js';
import { MatchInEnt } from '../src/ent-work/match-in-ent.js';
import { RestoreFormer } from '../src/ent-work/restore-former.js';
import { ServeEnt } from '../src/ent-work/serve-ent.js';
import { FileRules } from '../src/ent-files/file-rules.js';
import { FileWork } from '../src/ent-files/file-work.pg.js';
import { SendSchoolFiles } from '../src/ent-files/send-school-files.js';
import { CallEnt } from '../src/ent-comparison/call-ent.js';
import { DecideEntPlan } from '../src/ent-comparison/decide-ent-plan.js';
import { EntBooks } from '../src/ent-comparison/ent-books.pg.js';
import { EntCorrections } from '../src/ent-comparison/ent-corrections.pg.js';
import { EntLookViews } from '../src/ent-comparison/ent-look-views.pg.js';
import { EntLooks } from '../src/ent-comparison/ent-looks.pg.js';
import { LookAtEntSchool } from '../src/ent-comparison/look-at-ent-school.js';
import { MendEntSchool } from '../src/ent-comparison/mend-ent-school.js';
import { ReconcileSchools } from '../src/ent-comparison/reconcile-schools.js';
import { StructureReadings } from '../src/ent-comparison/structure-readings.pg.js';
import { Approvals } from '../src/ent-plans/approvals.pg.js';
import { ApproveAtOnce } from '../src/ent-plans/approve-at-once.js';
import { DayAllowance } from '../src/ent-plans/day-allowance.js';
import { DecidePlan } from '../src/ent-plans/decide-plan.js';
import { EntPlans } from '../src/ent-plans/ent-plans.pg.js';
import { ExpirePlans, MakePlans, type Thresholds } from '../src/ent-plans/ent-plans.module.js';
import { GatheredWork } from '../src/ent-plans/gathered-work.pg.js';
import { PlanRules } from '../src/ent-plans/plan-rules.js';
import { PlanViews } from '../src/ent-plans/plan-views.pg.js';
import { planSettings, thresholdsOf } from '../src/config.js';
import { TellOfSeats } from '../src/seats/tell-of-seats.js';
import { WorkLoop } from '../src/work/work-loop.js';

export type AClass = {
  readonly uai: string;
  readonly classLabel?: string;
  readonly startsOn?: string;
  readonly endsOn?: string;
};

export type APerson = {
  readonly personId: string;
  readonly lastName?: string;
  readonly firstName?: string;
  readonly birthDate?: string;
  readonly profile?: 'STUDENT' | 'RELATIVE' | 'TEACHER';
  readonly uai: string;
  readonly startsOn?: string;
  readonly endsOn?: string;
  readonly classLabel?: string;
  readonly childIds?: string[];
  readonly sourceKey?: string;
  /** In the AAF export of the academy of Nantes, for its profile. */
  readonly aafKey?: string;
  readonly academicIdentifier?: string;
  /** Of staff: other schools, and classes of any; of a pupil: further classes of the home school, and further schools. */
  readonly alsoIn?: readonly AClass[];
  readonly teaches?: readonly AClass[];
  readonly furtherClasses?: readonly string[];
  readonly furtherSchools?: readonly AClass[];
  readonly revision?: number;
};

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

/** Of an ENT whose operator has shortened it, so that the grace of most markets fits. */
const trash = { days: 30 };

const nobody = { percent: 0, most: 0 };
const none = { SCHOOL: nobody, MEMBER: nobody, WHOLE: nobody };
/** Whatever closes, blocks, deletes, moves or renames is held. */
export const everythingWaits: Thresholds = {
  ...{ least: 0, seasons: [], limits: { NORMAL: none, RENTREE: none, SUMMER: none } },
};

/** The service without Kafka, HTTP or gRPC: real PostgreSQL, real Redis, the simulated ENT. */
export class ProvisioningBed {
  readonly prefix = `test-${randomUUID().slice(0, 8)}`;
  readonly accounts;
  readonly seats;
  readonly look;
  readonly countSeatsLost;
  readonly decide;
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
  /** What a day may tell the ENT by itself, for what is run from then on. */
  thresholds: Thresholds = thresholdsOf(z.object(planSettings).parse({}));
  readonly memberships = new Memberships();
  readonly people = new People(new Map([['17', 'NANTES']]));
  readonly work;
  readonly #days = new BusinessDayKeeper(() => [
    new MarkWhatFallsDue(),
    new ExpirePlans(new EntPlans()),
  ]);
  private findTraces: FindAccountTraces | undefined;
  #loops: { loop: WorkLoop; pending: PendingAccounts }[] = [];

  private constructor(
    readonly fresh: FreshDatabase,
    readonly ent: OpenEntNg,
  ) {
    const { database, unitOfWork } = fresh;
    const outbox = new PgOutbox();
    const date = new PgBusinessDate(database);
    const scope = new Scope();
    const losses = new SeatLosses(database);
    this.accounts = new Accounts(outbox);
    this.seats = new SeatViews(database);
    this.look = new LookAtAccounts(new AccountViews(database));
    this.countSeatsLost = new CountSeatsLost(this.look, losses);
    this.decide = new DecideAccount(new Commands(unitOfWork, date), this.accounts);
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
    this.work = new EntWork(database, unitOfWork, date, this.accounts);
    this.daysTold = new DaysTold(database);
    this.tellDays = new TellDays(unitOfWork, this.daysTold, this.ends, outbox);
  }

  static async start(): Promise<ProvisioningBed> {
    return new ProvisioningBed(await freshDatabase('provisioning'), await OpenEntNg.start());
  }

  /** Starts the process's loops, as after a boot; again: those of another process beside it. */
  run(
    options: {
      timeoutMs?: number;
      ratePerSecond?: number;
      entUrl?: string;
      logger?: Logger;
      isHeld?: boolean;
      /** New accounts of a school from which they go by file. */
      fileLeast?: number;
      pace?: EntPace;
    } = {},
  ): void {
    const { database } = this.fresh;
    const logger =
      options.logger ?? createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent');
    const { gateway, match } = this.engine(options);
    const queue = new EntQueue(
      {
        redisUrl: required('REDIS_URL'),
        prefix: this.prefix,
        ratePerSecond: options.ratePerSecond ?? 2_000,
        concurrency: 50,
        isHeld: options.isHeld === true,
      },
      logger,
    );
    this.findTraces = new FindAccountTraces(database, queue, gateway);
    const serve = new ServeEnt(this.work, match, new Circuit(20), queue, logger);
    const { reconcile } = this.comparison(gateway);
    const pending = new PendingAccounts(database, queue, trash);
    const { makePlans } = this.plans();
    const loop = new WorkLoop(
      this.assessPeople,
      this.allotSeats,
      this.endGracePeriods,
      this.restateLostDays,
      makePlans,
      this.tellDays,
      reconcile,
      serve,
      this.schoolFiles(options),
      this.work,
      pending,
      queue,
      logger,
    );
    loop.onApplicationBootstrap();
    this.#loops.push({ loop, pending });
  }

  /** What tells the ENT of one account, as one process has it. */
  engine(options: { timeoutMs?: number; entUrl?: string; pace?: EntPace } = {}) {
    const gateway = new EntHttpGateway({
      url: options.entUrl ?? this.ent.url,
      login: 'connecteur',
      password: 'connecteur-secret',
      timeoutMs: options.timeoutMs ?? 5_000,
      ...(options.pace ? { pace: options.pace } : {}),
    });
    const known = new KnownPlaces(this.fresh.database);
    const former = new RestoreFormer(gateway, known);
    const places = new EntPlaces(gateway, known);
    return { gateway, places, match: new MatchInEnt(gateway, places, former) };
  }

  /** What sends the files of schools, as one process has it. */
  schoolFiles(
    options: { timeoutMs?: number; entUrl?: string; fileLeast?: number } = {},
    work = this.work,
  ) {
    const { database } = this.fresh;
    const { gateway, places } = this.engine(options);
    return new SendSchoolFiles(
      new FileRules(options.fileLeast ?? 0),
      new FileWork(database),
      work,
      places,
      gateway,
      createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent'),
    );
  }

  /** What waits for a person's word, as one process has it. */
  plans() {
    const { database, unitOfWork } = this.fresh;
    const date = new PgBusinessDate(database);
    const [plans, approvals] = [new EntPlans(), new Approvals()];
    const rules = new PlanRules(this.thresholds, 14);
    const gathered = new GatheredWork();
    return {
      makePlans: new MakePlans(database, unitOfWork, date, gathered, approvals, plans, rules),
      decidePlan: new DecidePlan(new Commands(unitOfWork, date), plans, approvals),
      atOnce: new ApproveAtOnce(gathered, plans, rules),
      allowance: new DayAllowance(gathered, rules),
      planViews: new PlanViews(database),
    };
  }

  /** What is held is approved, by nobody who caused it, unless it changes at that moment. Returns whether anything was held. */
  async approveHeld(): Promise<boolean> {
    const held = await this.rows<{ plan_id: string }>(
      "select distinct plan_id from ent_plan_part where state = 'HELD'",
    );
    const decision = { uai: '', verdict: 'APPROVED', reason: 'CONTROLE' } as const;
    for (const { plan_id: planId } of held) {
      const caller = callerOf({ roles: ['coordinator'], userId: 'approver' });
      const idempotencyKey = randomUUID();
      await this.plans()
        .decidePlan.execute({ planId, ...decision, idempotencyKey, caller })
        .catch((error: { code?: string }) => {
          if (error.code !== 'ENT_PLAN_STALE') throw error;
        });
    }
    return held.length > 0;
  }

  /** The comparison with an ENT, as one process has it. */
  comparison(ent: EntGateway) {
    const { database, unitOfWork } = this.fresh;
    const date = new PgBusinessDate(database);
    const [books, looks] = [new EntBooks(database), new EntLooks(database)];
    const commands = new Commands(unitOfWork, date);
    const look = new LookAtEntSchool(ent, books);
    const corrections = new EntCorrections();
    const call = new CallEnt(ent, unitOfWork, this.accounts, corrections);
    const { atOnce, allowance } = this.plans();
    const mend = new MendEntSchool(
      ...([look, commands, this.accounts, corrections, looks, atOnce, allowance, call] as const),
    );
    const readings = new StructureReadings(database);
    const reconcile = new ReconcileSchools(
      ...([unitOfWork, date, readings, looks, look, books, mend, this.accounts] as const),
      ...([allowance, call] as const),
    );
    const views = new EntLookViews(database);
    const decide = new DecideEntPlan(commands, looks, views, look, mend, call);
    return { look, looks, views, mend, readings, reconcile, decide };
  }

  /** What is left of the accounts of these people, as the process that runs answers. */
  traces(personIds: readonly string[]) {
    return this.findTraces!.execute(personIds);
  }

  async halt(): Promise<void> {
    for (const { loop } of this.#loops.splice(0)) await loop.beforeApplicationShutdown();
  }

  async stop(): Promise<void> {
    await this.halt();
    await this.ent.stop();
    await this.fresh.drop();
  }

  async begin(day: string): Promise<void> {
    await this.fresh.unitOfWork.run((tx) => this.#days.advance(tx, localDate(day)));
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
    await this.fresh.unitOfWork.run((tx) => recordImportFigures(tx, importId, schools, on));
    if (isComplete) await this.complete(importId, people.length, on);
    return importId;
  }

  async complete(importId: string, count: number, on: string): Promise<void> {
    await this.fresh.unitOfWork.run((tx) =>
      completeImport(tx, [{ importId, expected: count, on }]),
    );
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
    await this.until('quiet', async () => (await this.#loops[0]?.pending.count()) === 0, withinMs);
  }

  async until(
    what: string,
    holds: () => Promise<boolean> | boolean,
    withinMs = 90_000,
  ): Promise<void> {
    const deadline = performance.now() + withinMs * patience;
    while (!(await holds())) {
      if (performance.now() > deadline)
        throw new Error(`still not so after ${withinMs} ms: ${what}`);
      await sleep(20);
    }
  }

  async rows<Row extends Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    return (await this.fresh.database.query<Row>(text, values)).rows;
  }

  /** What the service's role may not. */
  async asOwner(text: string, values: unknown[] = []): Promise<void> {
    const owner = new pg.Client({ connectionString: this.fresh.ownerUrl });
    await owner.connect();
    await owner.query(text, values).finally(() => owner.end());
  }

  async states(): Promise<Partial<Record<AccountState, number>>> {
    const rows = await this.rows<{ state: AccountState; n: number }>(
      'select state, count(*)::int as n from account group by state',
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  async stateOf(personId: string): Promise<AccountState[]> {
    const rows = await this.rows<{ state: AccountState }>(
      'select state from account where person_id = $1 order by since, account_id',
      [personId],
    );
    return rows.map(({ state }) => state);
  }

  async historyOf(personId: string): Promise<string[]> {
    const rows = await this.rows<{ line: string }>(
      `select to_state || ' ' || effective_on || ' ' || cause as line from account_transition
       join account using (account_id) where person_id = $1 order by account_transition.sequence`,
      [personId],
    );
    return rows.map(({ line }) => line);
  }

  /** The events of a kind told since the last call, oldest first. */
  async told<Desc extends DescMessage>(schema: Desc): Promise<MessageShape<Desc>[]> {
    const rows = await this.rows<{ id: number; value: Buffer }>(
      `with gone as (delete from platform.outbox where type = $1 returning id, value)
       select id, value from gone order by id`,
      [schema.typeName],
    );
    return rows.map(({ value }) => fromBinary(schema, value));
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

/** What the market says of who finds no seat (PRV-2). */
export type OverQuota = {
  readonly overQuota: string;
  readonly toleranceDays?: number;
  readonly tolerancePercent?: number;
};

export function aMarket(terms: OverQuota = { overQuota: 'WAIT' }, code = 'e-primo-2022') {
  return create(MarketSchema, {
    code,
    version: 1,
    items: [{ code: 'ELEVE', label: 'Compte élève', profile: ProfileNumber.STUDENT }],
    accounts: {
      ...terms,
      graceDays: 60,
      waysIn: [{ profile: ProfileNumber.TEACHER, way: 'ACADEMIC_SSO' }],
    },
  });
}

export function aPupil(number: number, person: Partial<APerson> & { uai: string }): APerson {
  return {
    personId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    lastName: `Nom${number}`,
    firstName: `Prenom${number}`,
    birthDate: '2014-03-02',
    profile: 'STUDENT',
    startsOn: '2022-09-01',
    classLabel: 'CE2 A',
    sourceKey: String(number).padStart(6, '0'),
    ...person,
  };
}

const anEnrolment = ({ profile = 'STUDENT' }: APerson, place: AClass) => ({
  profile: ProfileNumber[profile],
  uai: place.uai,
  period: { startsOn: place.startsOn ?? '2022-09-01', endsOn: place.endsOn ?? '' },
  classLabel: place.classLabel ?? '',
});

export function personEvent(
  person: APerson,
  on: string,
  importId = '',
): ReceivedEvent<PersonChanged> {
  const body = create(PersonChangedSchema, {
    personId: person.personId,
    lastName: person.lastName ?? 'Nom',
    firstName: person.firstName ?? 'Prénom',
    birthDate: person.birthDate ?? '',
    childIds: person.childIds ?? [],
    revision: person.revision ?? 1,
    importId,
    sourceKey: person.sourceKey ?? person.personId,
    academicIdentifier: person.academicIdentifier ?? '',
    academyKeys: person.aafKey
      ? [{ profile: ProfileNumber[person.profile ?? 'STUDENT'], academy: '17', key: person.aafKey }]
      : [],
    enrolments: [
      {
        ...anEnrolment(person, person),
        furtherClasses: (person.furtherClasses ?? []).map((label) => ({ classId: label, label })),
      },
      ...(person.alsoIn ?? []).map((place) => anEnrolment(person, place)),
    ],
    furtherSchools: (person.furtherSchools ?? []).map((place) => anEnrolment(person, place)),
    classLinks: (person.teaches ?? []).map(({ uai, classLabel = '', startsOn, endsOn = '' }) => ({
      ...{ uai, classId: classLabel, label: classLabel },
      period: { startsOn: startsOn ?? '2022-09-01', endsOn },
    })),
  });
  return {
    id: randomUUID(),
    type: PersonChangedSchema.typeName,
    key: person.personId,
    businessDate: localDate(on),
    body,
    topic: 'directory.person.v1',
    partition: 0,
    offset: 0n,
    occurredAt: '',
  };
}
