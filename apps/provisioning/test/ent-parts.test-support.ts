import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Commands } from '#libs/commands';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { Proposals } from '#libs/proposals';
import { callerOf, type FreshDatabase } from '#libs/testing';
import type { OpenEntNg } from '../../../test/simulators/open-ent-ng/open-ent-ng.js';
import { type EntGateway, EntHttpGateway, type EntPace } from '../src/ent/ent.module.js';
import { Accounts } from '../src/accounts/accounts.pg.js';
import { EntPlaces } from '../src/ent-work/ent-places.js';
import { EntWork } from '../src/ent-work/ent-work.pg.js';
import { KnownPlaces } from '../src/ent-work/known-places.pg.js';
import { MatchInEnt } from '../src/ent-work/match-in-ent.js';
import { RestoreFormer } from '../src/ent-work/restore-former.js';
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
import { FedSchools } from '../src/fed-schools/fed-schools.pg.js';
import { HandMadeUsers } from '../src/ent-comparison/hand-made-users.pg.js';
import { LinkExposures } from '../src/fed-schools/link-exposures.pg.js';
import { LetterRequests } from '../src/letters/letter-requests.pg.js';
import { DecideMissing } from '../src/ent-missing/decide-missing.js';
import { MissingSchools } from '../src/ent-missing/missing-schools.pg.js';
import { ProposeMissing } from '../src/ent-missing/propose-missing.js';
import { ViewMissing } from '../src/ent-missing/view-missing.js';
import { Approvals } from '../src/ent-plans/approvals.pg.js';
import { ApproveAtOnce } from '../src/ent-plans/approve-at-once.js';
import { DayAllowance } from '../src/ent-plans/day-allowance.js';
import { DecidePlan } from '../src/ent-plans/decide-plan.js';
import { EntPlans } from '../src/ent-plans/ent-plans.pg.js';
import { MakePlans, type Thresholds } from '../src/ent-plans/ent-plans.module.js';
import { GatheredWork } from '../src/ent-plans/gathered-work.pg.js';
import { PlanRules } from '../src/ent-plans/plan-rules.js';
import { PlanViews } from '../src/ent-plans/plan-views.pg.js';
import { planSettings, thresholdsOf } from '../src/config.js';
import { BedFacts } from './bed-facts.test-support.js';
/** Of an ENT whose operator has shortened it, so that the grace of most markets fits. */
export const trash = { days: 30 };

const nobody = { percent: 0, most: 0 };
const none = { SCHOOL: nobody, MEMBER: nobody, WHOLE: nobody };
/** Whatever closes, blocks, deletes, moves or renames is held. */
export const everythingWaits: Thresholds = {
  ...{ least: 0, seasons: [], limits: { NORMAL: none, RENTREE: none, SUMMER: none } },
};

/** The parts of the service that have to do with the ENT, as one process has them. */
export class EntParts extends BedFacts {
  readonly accounts;
  readonly work;
  /** What a day may tell the ENT by itself, for what is run from then on. */
  thresholds: Thresholds = thresholdsOf(z.object(planSettings).parse({}));

  constructor(
    fresh: FreshDatabase,
    readonly ent: OpenEntNg,
  ) {
    super(fresh);
    const { database, unitOfWork } = fresh;
    this.accounts = new Accounts(new PgOutbox());
    this.work = new EntWork(database, unitOfWork, new PgBusinessDate(database), this.accounts);
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
    const places = new EntPlaces(gateway, known);
    const former = new RestoreFormer(gateway, places);
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
  approveHeld(): Promise<boolean> {
    return this.decideHeld('APPROVED');
  }

  async decideHeld(verdict: 'APPROVED' | 'REJECTED'): Promise<boolean> {
    const held = await this.rows<{ plan_id: string }>(
      "select distinct plan_id from ent_plan_part where state = 'HELD'",
    );
    const decision = { uai: '', verdict, reason: 'CONTROLE' } as const;
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

  /** The confirmation of missing accounts by two persons. */
  missing() {
    const { database, unitOfWork } = this.fresh;
    const date = new PgBusinessDate(database);
    const [commands, proposals] = [new Commands(unitOfWork, date), new Proposals(database)];
    const schools = new MissingSchools(database);
    return {
      view: new ViewMissing(schools, proposals, date),
      propose: new ProposeMissing(commands, proposals, schools),
      decide: new DecideMissing(commands, proposals, schools),
    };
  }

  /** The comparison with an ENT, as one process has it. */
  comparison(ent: EntGateway) {
    const { database, unitOfWork } = this.fresh;
    const date = new PgBusinessDate(database);
    const [books, looks] = [new EntBooks(database), new EntLooks(database)];
    const commands = new Commands(unitOfWork, date);
    const [exposures, handMadeUsers] = [new LinkExposures(), new HandMadeUsers(database)];
    const look = new LookAtEntSchool(ent, books, new FedSchools(database));
    const corrections = new EntCorrections();
    const call = new CallEnt(ent, unitOfWork, this.accounts, corrections);
    const { atOnce, allowance } = this.plans();
    const mend = new MendEntSchool(
      ...([look, commands, this.accounts, corrections, looks, atOnce, allowance, call] as const),
      new LetterRequests(database),
      exposures,
      new MissingSchools(database),
    );
    const readings = new StructureReadings(database);
    const reconcile = new ReconcileSchools(
      ...([unitOfWork, date, readings, looks, look, books, mend, this.accounts] as const),
      ...([allowance, call, trash, corrections, exposures, handMadeUsers] as const),
    );
    const views = new EntLookViews(database);
    const decide = new DecideEntPlan(commands, looks, views, look, mend, call, books);
    return { look, looks, views, mend, readings, reconcile, decide, handMadeUsers };
  }
}
