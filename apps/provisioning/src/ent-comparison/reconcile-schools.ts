import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Accounts, foundUsed, isBlockedInEnt } from '../accounts/accounts.module.js';
import { takeTurns } from '../copies/copies.module.js';
import { DayAllowance } from '../ent-plans/ent-plans.module.js';
import { LinkExposures } from '../fed-schools/fed-schools.module.js';
import { backOffMs, EntTrash, EntUnavailable } from '../ent/ent.module.js';
import { CallEnt } from './call-ent.js';
import {
  differencesOf,
  type FoundDifference,
  foundIn,
  isSamePlan,
  leftToAPerson,
} from './domain/differences.js';
import type { EntSchool } from './domain/ent-school.js';
import { planOfNight } from './domain/night-plan.js';
import { isAlike, type SeenUser } from './domain/school-comparison.js';
import { EntCorrections } from './ent-corrections.pg.js';
import { EntBooks } from './ent-books.pg.js';
import { type EntLook, EntLooks } from './ent-looks.pg.js';
import { HandMadeUsers } from './hand-made-users.pg.js';
import { EntNotCompared, LookAtEntSchool } from './look-at-ent-school.js';
import { MendEntSchool } from './mend-ent-school.js';
import { keptEveryMs, type StructureReading, StructureReadings } from './structure-readings.pg.js';

/** Reading again says the same of a school that is empty, or of which two lists differ: the next day looks anew. */
const attemptsMax = 3;
const firstUsesReadMax = 20;

/** Who did it, where nobody did. */
const nobody = { userId: '', reason: 'NUIT' };

/**
 * Each school of the ENT beside the books, once a day (PRV-5): first uses, and what differs. What the day allows is
 * repaired; the rest is held for a person (PRV-8). Nothing is deleted, and no answer in doubt is concluded from.
 */
@Injectable()
export class ReconcileSchools {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly readings: StructureReadings,
    private readonly looks: EntLooks,
    private readonly look: LookAtEntSchool,
    private readonly books: EntBooks,
    private readonly mend: MendEntSchool,
    private readonly accounts: Accounts,
    private readonly allowance: DayAllowance,
    private readonly call: CallEnt,
    private readonly trash: EntTrash,
    private readonly corrections: EntCorrections,
    private readonly exposures: LinkExposures,
    private readonly handMadeUsers: HandMadeUsers,
  ) {}

  /** One school. Returns false when none is due. Reading twice finds the same. */
  async execute(): Promise<boolean> {
    const reading = await this.readings.next();
    if (!reading) return false;
    // Whoever is missing is asked for one by one. What cannot be kept is another's, and is not written.
    const kept = setInterval(() => {
      this.readings.keep(reading).catch(() => undefined);
    }, keptEveryMs);
    try {
      await this.reconcile(reading);
    } catch (error) {
      const incident = incidentOf(error);
      if (!incident) throw error;
      await this.looks.recordIncident(reading.uai, reading.askedOn, incident.code);
      const { retryInMs, isLasting } = incident;
      if (isLasting && reading.attempts >= attemptsMax) {
        await this.unitOfWork.run((tx) => this.readings.settle(tx, reading));
        return true;
      }
      const waitMs =
        retryInMs ??
        backOffMs(reading.attempts, { firstMs: 500, mostMs: 60_000, random: Math.random });
      await this.readings.postpone(reading, waitMs);
    } finally {
      clearInterval(kept);
    }
    return true;
  }

  /** What a night would do of a school that was looked at just now; writes nothing. */
  async preview(school: EntSchool): Promise<FoundDifference[]> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      return foundIn(school, planOfNight(school, await this.mayCall(tx, today, school)));
    });
  }

  private async reconcile(reading: StructureReading): Promise<void> {
    const { uai, structureId } = reading;
    const { users, comparison } = await this.look.atOnce(uai, structureId, reading.askedOn);
    await this.confirmFirstUses(users);
    if (isAlike(comparison)) {
      await this.unitOfWork.run(async (tx) => {
        if (!(await this.readings.settle(tx, reading))) return;
        const firstUses = await this.recordFirstUses(tx, users, reading.askedOn);
        await this.corrections.liftExchanged(tx, users);
        await this.exposures.recordComparison(tx, uai, []);
        await this.handMadeUsers.replace(tx, uai, reading.askedOn, comparison.handMade);
        const found = { users: users.length, compared: comparison.compared, firstUses };
        await this.record(tx, reading, found, 0, leftToAPerson(comparison));
      });
      return;
    }
    await this.repair(reading, users, await this.look.inFull(uai, false));
  }

  private async repair(
    reading: StructureReading,
    seen: readonly SeenUser[],
    school: EntSchool,
  ): Promise<void> {
    const done = await this.unitOfWork.run(async (tx) => {
      await takeTurns(tx, 'looks');
      if (!(await this.readings.settle(tx, reading))) return undefined;
      const today = await this.businessDate.today(tx);
      const plan = planOfNight(school, await this.mayCall(tx, today, school));
      const { now, calls, isBelieved } = plan;
      const firstUses = isBelieved ? await this.recordFirstUses(tx, seen, today) : 0;
      await this.corrections.blockExchanged(tx, school.comparison.exchanged, today);
      await this.corrections.liftExchanged(tx, seen);
      if (differencesOf(now).length + now.comparison.fedPlaces.length > 0)
        await this.mend.correct(tx, now, today, nobody);
      const { users, compared, restoredLinks, handMade } = school.comparison;
      if (isBelieved) {
        await this.exposures.recordComparison(tx, reading.uai, restoredLinks);
        await this.handMadeUsers.replace(tx, reading.uai, reading.askedOn, handMade);
      }
      const found = { users, compared, firstUses };
      await this.record(tx, reading, found, calls, foundIn(school, plan));
      return now;
    });
    if (done) await this.call.putRight(done);
  }

  private async mayCall(tx: Transaction, today: LocalDate, school: EntSchool) {
    const { uai } = school;
    const membershipId = (await this.looks.memberOf(tx, uai)) ?? '';
    const calls = differencesOf(school).length;
    return this.allowance.ofSchool(tx, today, { uai, membershipId, calls });
  }

  /**
   * More first uses than a season's threshold are likely on some days. Some of these users are then read alone: a list
   * that one of them contradicts is discarded.
   */
  private async confirmFirstUses(users: readonly SeenUser[]): Promise<void> {
    const used = users.filter(({ isActivated }) => isActivated).map(({ entId }) => entId);
    const first = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const unused = await this.books.unusedUsersAmong(tx, used);
      return unused.length > this.allowance.ceilingOfSchool(today, users.length) ? unused : [];
    });
    const every = Math.ceil(first.length / firstUsesReadMax);
    await this.look.requireUsed(first.filter((_, index) => index % every === 0));
  }

  private async recordFirstUses(
    tx: Transaction,
    users: readonly SeenUser[],
    today: LocalDate,
  ): Promise<number> {
    const used = users.filter(({ isActivated }) => isActivated).map(({ entId }) => entId);
    await this.corrections.endLostActivations(tx, used);
    const accounts = await this.accounts.byIds(tx, await this.books.unusedAmong(tx, used));
    const found = [...accounts.values()].filter(
      ({ state }) => state === 'PROVISIONED' || isBlockedInEnt(state),
    );
    const first = found.map((account) =>
      foundUsed(account, { on: today, trashDays: this.trash.days }),
    );
    await this.accounts.save(tx, first);
    return first.filter(({ steps }) => steps.length > 0).length;
  }

  private async record(
    tx: Transaction,
    { uai, askedOn: day }: StructureReading,
    found: Pick<EntLook, 'users' | 'compared' | 'firstUses'>,
    calls: number,
    differences: readonly FoundDifference[],
  ): Promise<void> {
    const membershipId = await this.looks.memberOf(tx, uai);
    const isHeld = differences.some(({ fate }) => fate === 'HELD');
    const last = isHeld ? await this.looks.before(tx, uai, day) : undefined;
    // What a person has refused is not asked again, as long as it is the same.
    const isRefused = last?.status === 'REJECTED' && isSamePlan(last.differences, differences);
    const status = isRefused ? 'REJECTED' : statusOf(differences);
    await this.looks.record(tx, { uai, day, membershipId, status, ...found, calls, differences });
  }
}

function statusOf(differences: readonly FoundDifference[]): EntLook['status'] {
  const fates = new Set(differences.map(({ fate }) => fate));
  if (fates.has('HELD')) return 'HELD';
  if (fates.has('REPAIRED')) return 'REPAIRED';
  return fates.has('TOLD') ? 'TOLD' : 'MATCHED';
}

/** Undefined: no incident of the ENT's. */
function incidentOf(error: unknown) {
  if (error instanceof EntNotCompared) {
    const code = String(error.details['entCode']);
    return { code, retryInMs: undefined, isLasting: true };
  }
  if (!(error instanceof EntUnavailable)) return undefined;
  const { code, retryInMs } = error;
  return { code, retryInMs, isLasting: code === 'ENT_LISTS_DIFFER' };
}
