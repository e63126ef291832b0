import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { type LocalDate, minDate, smallestIn, withChanges } from '#libs/time';
import { type KeptDocument, SchoolsNotFinanced } from '#libs/trade';
import { type Membership, Memberships } from '../../adhesion/memberships/register.module.js';
import { Documents } from '../../documents/documents.module.js';
import {
  type MembershipLedger,
  OrderLedgers,
  type OrderLine,
} from '../../orders/ledger/orders.module.js';
import {
  finance,
  financerOf,
  schoolFrom,
  type SchoolLink,
  SchoolLinks,
  Schools,
} from '../schools-financed/schools-financed.module.js';
import { type SeatsNeeded, seatsNeeded, type SeatsTold } from './domain/seats-needed.js';
import { checkTerms, TransferInvalid, type TransferTerms } from './domain/transfer.js';

/** A school that passes: the link that ends, and the one that begins. */
export type Passing = { readonly old: SchoolLink; readonly next: SchoolLink };

export type PreparedTransfer = {
  readonly terms: TransferTerms;
  readonly giver: Membership;
  readonly receiver: Membership;
  readonly document: KeptDocument;
  readonly passing: readonly Passing[];
  /** The receiver's, under its lock. */
  readonly ledger: MembershipLedger;
  /** With the complementary order. */
  readonly seats: readonly SeatsNeeded[];
};

/** Judges a transfer as things stand, but for seats that are missing (SCH-2). Writes nothing. */
@Injectable()
export class PrepareTransfer {
  constructor(
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
    private readonly schools: Schools,
    private readonly documents: Documents,
    private readonly ledgers: OrderLedgers,
  ) {}

  /** Locks both memberships. Throws NotVisible outside the caller's markets, why seats were not told, and what forbids the transfer. */
  async execute(
    tx: Transaction,
    terms: TransferTerms,
    told: SeatsTold | DomainError,
    lines: readonly OrderLine[],
    { caller, today }: { readonly caller: Caller; readonly today: LocalDate },
  ): Promise<PreparedTransfer> {
    const { fromMembershipId, toMembershipId, effectiveOn, uais } = terms;
    await this.memberships.lock(tx, [fromMembershipId, toMembershipId]);
    const giver = await this.memberships.findForUpdate(tx, fromMembershipId);
    const receiver = await this.memberships.findForUpdate(tx, toMembershipId);
    if (!giver || !receiver) throw new NotVisible();
    for (const { marketCode } of [giver, receiver]) requireMarket(caller, marketCode);
    checkTerms(terms, today);
    if (giver.marketCode !== receiver.marketCode) {
      throw new TransferInvalid(
        'Les deux adhésions ne sont pas du même marché : les écoles passent d’un marché à l’autre à leur frontière.',
      );
    }
    const document = await this.documentsOf(tx, terms, giver.marketCode);
    const passing = await this.passing(tx, terms, receiver, today);
    if (told instanceof DomainError) throw told;
    const since = lines.reduce((day, line) => minDate(day, line.effectiveFrom), today);
    const ledger = await this.ledgers.findForUpdate(tx, toMembershipId, since);
    if (!ledger?.endsOn) throw new RangeError(`membership ${toMembershipId} is gone`);
    const { endsOn } = ledger;
    const least = ledger.items.map(({ itemCode, label, timeline }) => {
      const changes = lines.filter((line) => line.itemCode === itemCode);
      return {
        itemCode,
        label,
        ...smallestIn(withChanges(timeline, changes), effectiveOn, endsOn),
      };
    });
    const seats = seatsNeeded(told, uais, least);
    return { terms, giver, receiver, document, passing, ledger, seats };
  }

  /** Of either member's file, or the market's. */
  private async documentsOf(
    tx: Transaction,
    terms: TransferTerms,
    marketCode: string,
  ): Promise<KeptDocument> {
    const { fromMembershipId, toMembershipId, documentId, exceptionDocumentId } = terms;
    const owners = [
      { membershipId: fromMembershipId },
      { membershipId: toMembershipId },
      { marketCode },
    ] as const;
    if (exceptionDocumentId !== '') {
      await this.documents.referenceOfAny(exceptionDocumentId, owners, tx);
    }
    return this.documents.referenceOfAny(documentId, owners, tx);
  }

  private async passing(
    tx: Transaction,
    terms: TransferTerms,
    receiver: Membership,
    today: LocalDate,
  ): Promise<Passing[]> {
    const { uais, fromMembershipId, effectiveOn, territoryException, exceptionDocumentId } = terms;
    const found: SchoolLink[] = [];
    for (const uai of uais) {
      const old = await this.links.findOn(tx, fromMembershipId, uai, effectiveOn);
      if (old) found.push(old);
    }
    const strangers = uais.filter((uai) => !found.some((link) => link.uai === uai));
    if (strangers.length > 0) {
      throw new SchoolsNotFinanced(
        `Le membre qui cède ne finance pas ces écoles à cette date : ${strangers.slice(0, 20).join(', ')}.`,
        { schools: strangers },
      );
    }
    const options = { today, byCoordinator: true, territoryException, exceptionDocumentId };
    const passing: Passing[] = [];
    for (const old of found) {
      const told = await this.schools.find(tx, old.uai);
      const stated = told?.insee === undefined ? { insee: old.insee } : {};
      const school = schoolFrom(old.uai, told, { ...stated, isTrusted: true });
      passing.push({ old, next: finance(financerOf(receiver), school, effectiveOn, options) });
    }
    return passing;
  }
}
