import type { Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import type { KeptDocument } from '#libs/trade';

export class TransferInvalid extends defineProblem('TRANSFER_INVALID', 'invalid') {}
export class TransferInThePast extends defineProblem('TRANSFER_IN_THE_PAST', 'conflict') {}
export class SeatsMissing extends defineProblem('SEATS_MISSING', 'conflict') {}
export class TransferDecided extends defineProblem('TRANSFER_DECIDED', 'conflict') {}
export class ComplementaryOrderInvalid extends defineProblem(
  'COMPLEMENTARY_ORDER_INVALID',
  'invalid',
) {}

export const schoolsMax = 200;

/** Schools that pass from one member of a market to another on a day (SCH-2), as the coordinator says it. */
export type TransferTerms = {
  readonly fromMembershipId: string;
  readonly toMembershipId: string;
  readonly uais: readonly Uai[];
  /** First day under the receiver. */
  readonly effectiveOn: LocalDate;
  readonly documentId: string;
  /** For schools that do not stand on the receiver's territory; empty: none. */
  readonly territoryException: string;
  readonly exceptionDocumentId: string;
};

export type TransferStatus = 'PROPOSED' | 'CARRIED_OUT' | 'CANCELLED' | 'DECLINED';

export type Transfer = Omit<TransferTerms, 'documentId'> & {
  readonly transferId: string;
  readonly marketCode: string;
  readonly document: KeptDocument;
  readonly status: TransferStatus;
  readonly proposedBy: string;
  /** At the receiver when it was recorded, before its complementary order. */
  readonly seatsMissing: number;
};

/** What can be said of the terms alone. Throws TransferInvalid, TransferInThePast. */
export function checkTerms(terms: TransferTerms, today: LocalDate): void {
  const { uais, fromMembershipId, toMembershipId, effectiveOn } = terms;
  if (uais.length === 0 || uais.length > schoolsMax || new Set(uais).size < uais.length) {
    throw new TransferInvalid(`Indiquez de 1 à ${schoolsMax} écoles, chacune une fois.`, {
      schools: uais.length,
    });
  }
  if (fromMembershipId === toMembershipId) {
    throw new TransferInvalid(
      'Le membre qui cède les écoles et celui qui les reçoit sont le même.',
    );
  }
  checkDay(effectiveOn, today);
}

/** A proposal may be accepted up to its day. Throws TransferInThePast. */
export function checkDay(effectiveOn: LocalDate, today: LocalDate): void {
  if (effectiveOn >= today) return;
  throw new TransferInThePast(
    `Un transfert prend effet au plus tôt aujourd’hui, le ${frenchDate(today)} : les places et les comptes d’un jour passé ne changent plus.`,
    { effectiveOn, today },
  );
}

/** Throws TransferDecided. */
export function checkProposed({ status }: Pick<Transfer, 'status'>): void {
  if (status === 'PROPOSED') return;
  throw new TransferDecided(
    'Ce transfert n’est plus seulement proposé : il a déjà été accepté, décliné ou annulé.',
    { status },
  );
}
