import { Injectable } from '@nestjs/common';
import type {
  Plain,
  PreviewSuccessionRequest,
  PreviewSuccessionResponse,
  ReadOnly,
} from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { undone, UnitOfWork } from '#libs/persistence';
import { DomainError, orRefusal, refusalTold, type RefusalTold } from '#libs/problems';
import { quantityOn } from '#libs/time';
import { type SeatsHeld, seatsHeldIn } from '#libs/trade';
import { Seats } from '../seats/seats.module.js';
import { type Holding, withMove, without } from './domain/succession.js';
import { type PlanGiven, type PreparedPlan, PreparePlan } from './prepare-plan.js';

export type SuccessionPreview = Omit<
  ReadOnly<Plain<PreviewSuccessionResponse>>,
  'refusal' | 'refusalCode'
> & { readonly refusal: RefusalTold | undefined };

/** What a plan would do as things stand: judged in a transaction that is undone. */
@Injectable()
export class PreviewSuccession {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly preparePlan: PreparePlan,
    private readonly seats: Seats,
  ) {}

  /** Throws a refusal `unavailable` where a partial one states no quantity and provisioning does not answer. */
  async execute(
    input: Asked<PreviewSuccessionRequest, { plan: PlanGiven }>,
  ): Promise<SuccessionPreview> {
    const { marketCode, plan: given, caller } = input;
    requireMarket(caller, marketCode);
    const told = await this.preparePlan.askSeats(given);
    let prepared: PreparedPlan;
    try {
      prepared = await undone(this.unitOfWork, (tx) =>
        this.preparePlan.execute(tx, given, told, { marketCode, plannedBy: caller.userId }),
      );
    } catch (error) {
      const refusal = refusalTold(error);
      return { refusal, items: [], schools: [], createsMembership: false, seatsKnown: false };
    }
    const giving = await this.heldBy(given.predecessorMembershipId);
    const { successorMembershipId } = prepared;
    const receiving = successorMembershipId ? await this.heldBy(successorMembershipId) : [];
    return {
      refusal: undefined,
      items: itemsOf(prepared, giving ?? [], receiving ?? []),
      schools: prepared.plan.schools,
      createsMembership: successorMembershipId === undefined,
      seatsKnown: giving !== undefined && receiving !== undefined,
    };
  }

  private async heldBy(membershipId: string): Promise<readonly SeatsHeld[] | undefined> {
    const told = await orRefusal(() => this.seats.heldBy(membershipId));
    return told instanceof DomainError ? undefined : told;
  }
}

function itemsOf(
  { plan, predecessor, successor, moves, bounds }: PreparedPlan,
  giving: readonly SeatsHeld[],
  receiving: readonly SeatsHeld[],
): SuccessionPreview['items'] {
  return moves.flatMap((move) => {
    const { itemCode } = move;
    const old = predecessor.holdings.find((holding) => holding.itemCode === itemCode);
    if (!old) return [];
    const none: Holding = { ...old, commitment: [], ordered: [] };
    const known = successor?.holdings.find((holding) => holding.itemCode === itemCode) ?? none;
    const remains = plan.kind === 'FULL' ? none : without(old, move);
    const held = giving.find((item) => item.itemCode === itemCode);
    const heldThere = receiving.find((item) => item.itemCode === itemCode)?.held ?? 0;
    const seatsMoving = seatsHeldIn(plan.schools, giving, itemCode);
    const on = (steps: Holding['ordered']) => quantityOn(steps, plan.effectiveOn);
    const figures = (before: Holding, after: Holding, seatsHeld: number) => ({
      commitmentBefore: on(before.commitment),
      commitmentAfter: on(after.commitment),
      orderedBefore: on(before.ordered),
      orderedAfter: on(after.ordered),
      seatsHeld,
    });
    const received = withMove(known, move);
    const ordered = on(withMove(none, move).ordered);
    const bound = bounds.find((candidate) => candidate.itemCode === itemCode);
    return [
      {
        itemCode,
        label: old.label,
        commitmentMoved: on(withMove(none, move).commitment),
        orderedMoved: ordered,
        least: bound?.least ?? ordered,
        most: bound?.most ?? ordered,
        predecessor: figures(old, remains, held?.held ?? 0),
        successor: figures(known, received, heldThere),
        seatsMoving,
        seatsMissing: Math.max(0, heldThere + seatsMoving - on(received.ordered)),
      },
    ];
  });
}
