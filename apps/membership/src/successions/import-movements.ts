import { Injectable } from '@nestjs/common';
import type { ImportMovementsRequest } from '#libs/contracts';
import { type Asked, type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, undone, UnitOfWork } from '#libs/persistence';
import { refusalTold } from '#libs/problems';
import { readTable } from '#libs/spreadsheets';
import type { LocalDate } from '#libs/time';
import type { LineFault } from '#libs/trade';
import { MembershipViews } from '../adhesion/memberships/register.module.js';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { Documents } from '../documents/documents.module.js';
import { CarryOutSuccessions } from './carry-out-successions.js';
import { type Movement, readMovements } from './domain/movement.js';
import { PlanSuccessions } from './plan-successions.js';
import { type PlanGiven, PreparePlan, type SeatsTold } from './prepare-plan.js';
import { Successions } from './successions.pg.js';

export type MovementsImported = {
  readonly faults: readonly LineFault[];
  /** Ids of what was planned; none on a dry run or with a fault. */
  readonly planned: readonly string[];
  readonly movements: number;
};

/** Plans successions from a file of dated movements (ADH-5): every fault at once, all or nothing. */
@Injectable()
export class ImportMovements {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly successions: Successions,
    private readonly memberships: MembershipViews,
    private readonly preparePlan: PreparePlan,
    private readonly planSuccessions: PlanSuccessions,
    private readonly carryOut: CarryOutSuccessions,
    private readonly documents: Documents,
  ) {}

  /** A dry run judges in a transaction that is undone. */
  async execute(input: Asked<ImportMovementsRequest>): Promise<MovementsImported> {
    const { marketCode, caller, dryRun, idempotencyKey } = input;
    requireMarket(caller, marketCode);
    const read = await readTable(input.content, input.fileName);
    if ('fault' in read) return { faults: [read.fault], planned: [], movements: 0 };
    const { movements, faults } = readMovements(read.rows);
    const unreadable = new Set(faults.map(({ line }) => line));
    const plans = new Map<number, PlanGiven>();
    for (const movement of movements) {
      const { line, predecessor } = movement;
      const from = await this.memberships.findBy(marketCode, predecessor);
      if (from === undefined && predecessor !== '') faults.push(unknown(line, predecessor));
      if (unreadable.has(line)) continue;
      try {
        const plan = planOf(movement, from ?? '');
        if (from === undefined) continue;
        const documentId = await this.documents.decisionOf(from, movement.document);
        plans.set(line, { ...plan, documentId });
      } catch (error) {
        faults.push(faultOf(line, error));
      }
    }
    // What can be read is judged beside what cannot.
    if (faults.length > 0 || dryRun) {
      faults.push(...(await this.rehearse(marketCode, plans, caller)));
      faults.sort((a, b) => a.line - b.line);
      return { faults, planned: [], movements: movements.length };
    }
    const planned = await this.plan(idempotencyKey, marketCode, plans, caller);
    return { ...planned, movements: movements.length };
  }

  /** Rehearsed only once refused, to tell every line: a key that comes again gets its first answer. */
  private async plan(
    idempotencyKey: string,
    marketCode: string,
    plans: ReadonlyMap<number, PlanGiven>,
    caller: Caller,
  ): Promise<Omit<MovementsImported, 'movements'>> {
    try {
      const command = { idempotencyKey, marketCode, plans: [...plans.values()], caller };
      return { faults: [], planned: await this.planSuccessions.execute(command) };
    } catch (error) {
      refusalTold(error);
      const faults = await this.rehearse(marketCode, plans, caller);
      if (faults.length === 0) throw error;
      return { faults, planned: [] };
    }
  }

  private async rehearse(
    marketCode: string,
    plans: ReadonlyMap<number, PlanGiven>,
    caller: Caller,
  ): Promise<LineFault[]> {
    const seats = new Map<number, SeatsTold>();
    for (const [line, plan] of plans) seats.set(line, await this.preparePlan.askSeats(plan));
    const by = { marketCode, plannedBy: caller.userId };
    return undone(this.unitOfWork, async (tx) => {
      const today = await this.businessDate.today(tx);
      const faults: LineFault[] = [];
      for (const [line, plan] of plans) {
        const work = () => this.rehearseOne(tx, plan, seats.get(line) ?? [], by, today);
        const fault = await attempt(tx, line, work);
        if (fault) faults.push(fault);
      }
      return faults;
    });
  }

  /** Each on its own: that a group is whole is judged when it is planned. */
  private async rehearseOne(
    tx: Transaction,
    given: PlanGiven,
    seats: SeatsTold,
    by: { readonly marketCode: string; readonly plannedBy: string },
    today: LocalDate,
  ): Promise<void> {
    const { plan } = await this.preparePlan.execute(tx, given, seats, by);
    const rehearsed = { ...plan, groupId: plan.successionId };
    await this.successions.add(tx, rehearsed, { on: today, status: 'PLANNED' });
    if (plan.effectiveOn <= today) await this.carryOut.execute(tx, plan.successionId, today);
  }
}

function planOf(
  movement: Movement,
  predecessorMembershipId: string,
): Omit<PlanGiven, 'documentId'> {
  const { line: _line, predecessor: _predecessor, document: _document, ...plan } = movement;
  const { successor, ...terms } = plan;
  return {
    ...terms,
    predecessorMembershipId,
    quantities: [],
    successor:
      successor.name === ''
        ? { organisationId: `org-${successor.siren}` }
        : fromOrganisationMessage({ ...successor, communes: [...successor.communes] }),
  };
}

async function attempt(
  tx: Transaction,
  line: number,
  work: () => Promise<void>,
): Promise<LineFault | undefined> {
  await tx.query('savepoint movement');
  try {
    await work();
    return undefined;
  } catch (error) {
    const fault = faultOf(line, error);
    await tx.query('rollback to savepoint movement');
    return fault;
  }
}

/** Throws what is no refusal. */
const faultOf = (line: number, error: unknown): LineFault => ({ line, ...refusalTold(error) });

const unknown = (line: number, predecessor: string): LineFault => ({
  line,
  code: 'PREDECESSOR_UNKNOWN',
  message: `Aucun membre en vigueur, ou plusieurs, pour « ${predecessor.slice(0, 20)} » : indiquez son SIREN.`,
});
