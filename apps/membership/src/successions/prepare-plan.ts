import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { type DocumentReference, SchoolsNotFinanced } from '#libs/trade';
import { Documents } from '../documents/documents.module.js';
import { Markets } from '../contract/markets/markets.module.js';
import { OrderLedgers } from '../orders/ledger/orders.module.js';
import { RegisterOrganisation } from '../organisations/organisations.module.js';
import type { Organisation } from '../organisations/organisations.module.js';
import { type MovedLine, type Plan, sharesOf } from './domain/plan.js';
import { checkTerms, checkWished, linesNamed, type TermsGiven } from './domain/plan-given.js';
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
import { MovingSeats, type SeatsHeld } from './moving-seats.gateway.js';
import { sideOf } from './sides.js';
import { type Member, Successions } from './successions.repository.js';

export type PlanGiven = TermsGiven & {
  /** In full, or by its id alone where it is known. */
  readonly successor: Organisation | { readonly organisationId: string };
  readonly document: DocumentReference | { readonly documentId: string };
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
    private readonly ledgers: OrderLedgers,
    private readonly documents: Documents,
    private readonly markets: Markets,
    private readonly registerOrganisation: RegisterOrganisation,
    private readonly seats: MovingSeats,
  ) {}

  /** Before the transaction. In full nothing depends on it. */
  async askSeats({ kind, predecessorMembershipId }: PlanGiven): Promise<SeatsTold> {
    if (kind === 'FULL') return [];
    try {
      return await this.seats.heldBy(predecessorMembershipId);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
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
    const member = await this.successions.member(tx, predecessorMembershipId);
    if (member?.marketCode !== marketCode) {
      throw new PredecessorUnknown('Ce marché n’a pas cette adhésion : vérifiez l’ancien membre.', {
        predecessorMembershipId,
      });
    }
    const document = await this.documentOf(tx, given);
    const predecessor = await this.side(tx, member, effectiveOn);
    const { endsOn } = checkPredecessor(predecessor, effectiveOn);
    const successorOrganisationId = await this.register(tx, given, member);
    const known = await this.successions.memberOf(tx, successorOrganisationId, marketCode);
    const successor = known && (await this.side(tx, known, effectiveOn));
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

  private async documentOf(
    tx: Transaction,
    { document, predecessorMembershipId: membershipId }: PlanGiven,
  ): Promise<DocumentReference> {
    if ('title' in document) return document;
    return this.documents.reference(document.documentId, { membershipId }, tx);
  }

  private async side(tx: Transaction, { membershipId }: Member, since: Plan['effectiveOn']) {
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, since);
    if (!ledger) throw new RangeError(`membership ${membershipId} is gone`);
    return sideOf(ledger, await this.successions.endCauseOf(tx, membershipId));
  }

  /** A successor that is a member stays as its file says; another one must be eligible (ADH-1). */
  private async register(
    tx: Transaction,
    { successor }: PlanGiven,
    predecessor: Member,
  ): Promise<string> {
    const { organisationId } = successor;
    const { marketCode } = predecessor;
    if (organisationId === predecessor.organisationId) {
      throw new SuccessorIsPredecessor(
        'L’ancien membre et son successeur sont la même organisation.',
        {
          organisationId,
        },
      );
    }
    const isMember = await this.successions.memberOf(tx, organisationId, marketCode);
    const known = await this.successions.organisation(tx, organisationId);
    if (isMember) return organisationId;
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
    const lines = await this.successions.annexe2Lines(tx, predecessorMembershipId);
    const taken = await this.successions.linesTaken(tx, predecessorMembershipId);
    return linesNamed(lines, taken, annexe2Lines);
  }

  /** Schools of the lines where the member finances them, and those named beside, which it must finance. */
  private async schoolsOf(
    tx: Transaction,
    { kind, schools, predecessorMembershipId, effectiveOn }: PlanGiven,
    lines: readonly MovedLine[],
  ): Promise<string[]> {
    const financed = await this.successions.schoolsFrom(tx, predecessorMembershipId, effectiveOn);
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
    const held = seats.find((item) => item.itemCode === itemCode)?.schools ?? [];
    return held
      .filter(({ uai }) => schools.includes(uai))
      .reduce((sum, school) => sum + school.held, 0);
  };
}
