import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { DomainError, orRefusal } from '#libs/problems';
import { SchoolsNotFinanced, type SeatsHeld, seatsHeldIn } from '#libs/trade';
import { Annexes } from '../adhesion/commitments/commitments.module.js';
import { type Membership, Memberships } from '../adhesion/memberships/register.module.js';
import { Documents } from '../documents/documents.module.js';
import { Markets } from '../contract/markets/markets.module.js';
import {
  type Organisation,
  Organisations,
  RegisterOrganisation,
} from '../organisations/organisations.module.js';
import { Seats } from '../seats/seats.module.js';
import {
  checkTerms,
  checkWished,
  linesNamed,
  type MovedLine,
  type Plan,
  sharesOf,
  type TermsGiven,
} from './domain/plan.js';
import {
  type Bounds,
  checkPredecessor,
  checkSuccessor,
  type Move,
  share,
  type Side,
  takeOver,
} from './domain/succession.js';
import {
  PredecessorUnknown,
  SuccessionInvalid,
  SuccessorIsPredecessor,
} from './domain/succession-problems.js';
import { Sides } from './sides.js';
import { Successions } from './successions.pg.js';
import { Transfers } from './transfers.pg.js';

export type PlanGiven = TermsGiven & {
  /** In full, or by its id alone where it is known. */
  readonly successor: Organisation | { readonly organisationId: string };
  /** Deposited in the former member's file, or in the market's own. */
  readonly documentId: string;
};

/** Seats as provisioning told before the transaction, or why it did not. */
export type SeatsTold = readonly SeatsHeld[] | DomainError;

export type PreparedPlan = {
  readonly plan: Plan;
  readonly predecessor: Side;
  readonly successor: Side | undefined;
  readonly successorMembershipId: string | undefined;
  readonly moves: readonly Move[];
  /** PARTIAL. */
  readonly bounds: readonly Bounds[];
};

/** Judges a plan as things stand (ADH-5). What it says is judged again on its day. */
@Injectable()
export class PreparePlan {
  constructor(
    private readonly successions: Successions,
    private readonly transfers: Transfers,
    private readonly annexes: Annexes,
    private readonly memberships: Memberships,
    private readonly sides: Sides,
    private readonly documents: Documents,
    private readonly markets: Markets,
    private readonly organisations: Organisations,
    private readonly registerOrganisation: RegisterOrganisation,
    private readonly seats: Seats,
  ) {}

  /** Before the transaction. In full nothing depends on it. */
  async askSeats({ kind, predecessorMembershipId }: PlanGiven): Promise<SeatsTold> {
    if (kind === 'FULL') return [];
    return orRefusal(() => this.seats.heldBy(predecessorMembershipId));
  }

  /** Locks the predecessor. Throws what forbids the plan. */
  async execute(
    tx: Transaction,
    given: PlanGiven,
    seats: SeatsTold,
    { marketCode, plannedBy }: { readonly marketCode: string; readonly plannedBy: string },
  ): Promise<PreparedPlan> {
    checkTerms(given);
    const { kind, effectiveOn, predecessorMembershipId } = given;
    const member = await this.memberships.findForUpdate(tx, predecessorMembershipId);
    if (member?.marketCode !== marketCode) {
      throw new PredecessorUnknown('Ce marché n’a pas cette adhésion : vérifiez l’ancien membre.', {
        predecessorMembershipId,
      });
    }
    const files = [{ membershipId: predecessorMembershipId }, { marketCode }] as const;
    const document = await this.documents.proofOf(tx, given.documentId, files, {
      kinds: ['DECISION', 'DELIBERATION', 'STATUTES', 'OTHER'],
      paper: 'l’arrêté ou la délibération qui décide la succession',
    });
    const predecessor = await this.sides.of(tx, predecessorMembershipId, effectiveOn);
    const { endsOn } = checkPredecessor(predecessor, effectiveOn);
    const successorOrganisationId = await this.register(tx, given, member);
    const known = await this.memberships.findOf(tx, successorOrganisationId, marketCode);
    const successor = known && (await this.sides.of(tx, known.membershipId, effectiveOn));
    if (successor) checkSuccessor(successor, effectiveOn, endsOn);
    const movedLines = await this.linesOf(tx, given);
    const schools = await this.schoolsOf(tx, given, movedLines);
    const wishedOf = wishes(given, seats, schools);
    const shares = sharesOf(movedLines, wishedOf);
    const { moves, bounds } =
      kind === 'FULL'
        ? { moves: takeOver(predecessor, effectiveOn), bounds: [] }
        : share(predecessor, effectiveOn, shares);
    checkWished(given.quantities, bounds);
    const plan: Plan = {
      successionId: randomUUID(),
      groupId: '',
      marketCode,
      kind,
      effectiveOn,
      predecessorMembershipId,
      successorOrganisationId,
      document,
      movedLines,
      shares,
      schools,
      plannedBy,
    };
    const successorMembershipId = known?.membershipId;
    return { plan, predecessor, successor, successorMembershipId, moves, bounds };
  }

  /** A successor that is a member stays as its file says; another one must be eligible (ADH-1). */
  private async register(
    tx: Transaction,
    { successor }: PlanGiven,
    { marketCode, organisation: { organisationId: predecessorId } }: Membership,
  ): Promise<string> {
    const { organisationId } = successor;
    if (organisationId === predecessorId) {
      throw new SuccessorIsPredecessor(
        'L’ancien membre et son successeur sont la même organisation.',
        { organisationId },
      );
    }
    const isMember = await this.memberships.findOf(tx, organisationId, marketCode);
    if (isMember) return organisationId;
    const known = await this.organisations.find(tx, organisationId);
    const organisation = 'siren' in successor ? successor : known;
    if (!organisation) {
      throw new SuccessionInvalid(
        'Le successeur n’est pas connu : indiquez son nom, sa nature, son code INSEE ou ses communes, et son adresse.',
        { organisationId },
      );
    }
    const { market } = await this.markets.find(marketCode, tx);
    await this.registerOrganisation.execute(tx, organisation, market);
    return organisationId;
  }

  private async linesOf(
    tx: Transaction,
    { kind, annexe2Lines, predecessorMembershipId }: PlanGiven,
  ): Promise<MovedLine[]> {
    if (kind === 'FULL') return [];
    const annexe2 = await this.annexes.inForce(tx, predecessorMembershipId);
    const taken = await this.successions.linesTaken(tx, predecessorMembershipId);
    return linesNamed(annexe2?.lines ?? [], taken, annexe2Lines);
  }

  /** Schools of the lines where the member finances them, and those named beside, which it must finance. */
  private async schoolsOf(
    tx: Transaction,
    { kind, schools, predecessorMembershipId, effectiveOn }: PlanGiven,
    lines: readonly MovedLine[],
  ): Promise<string[]> {
    const financed = await this.transfers.schoolsFrom(tx, predecessorMembershipId, effectiveOn);
    if (kind === 'FULL') return financed;
    const strangers = schools.filter((uai) => !financed.includes(uai));
    if (strangers.length > 0) {
      throw new SchoolsNotFinanced(
        `L’ancien membre ne finance pas ces écoles à cette date : ${strangers.slice(0, 20).join(', ')}.`,
        { schools: strangers },
      );
    }
    const named = new Set([...schools, ...lines.map(({ beneficiary }) => beneficiary)]);
    return financed.filter((uai) => named.has(uai));
  }
}

/** What is wished of an item: as stated, else the seats of the moving schools. Throws where provisioning's silence matters. */
function wishes(
  { quantities }: PlanGiven,
  seats: SeatsTold,
  schools: readonly string[],
): (itemCode: string) => number {
  return (itemCode) => {
    const stated = quantities.find((quantity) => quantity.itemCode === itemCode);
    if (stated) return stated.quantity;
    if (seats instanceof DomainError) throw seats;
    return seatsHeldIn(schools, seats, itemCode);
  };
}
