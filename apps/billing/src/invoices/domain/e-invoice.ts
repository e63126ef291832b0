import type { Cents, UnitPrice } from '#libs/money';
import type { LocalDate, Period } from '#libs/time';
import { correctionMention, correctionReason } from './correction-mention.js';
import {
  type ExplainedLine,
  type FinalisedInvoice,
  type InvoiceContent,
  isCredit,
  isDifference,
} from './invoice.js';
import type { BillingBasis } from './invoice-calculation.js';
import { designationOf, explanationOf } from './line-texts.js';
import {
  creditTerms,
  type MentionCode,
  paymentMentions,
  paymentTerms,
} from './payment-mentions.js';
import { type PostalAddress, postalAddress } from './postal-address.js';
import { vatExemptionOf, type VatTerritory, vatTerritoryOf } from './vat-territory.js';

/**
 * How an invoice reaches its buyer: deposited on Chorus Pro, or through the supplier's plateforme agréée in the forms of
 * AFNOR. The same XML cannot serve both: they disagree on where the SIRET goes (reference, section 3).
 */
export type Circuit = 'CPRO' | 'AFNOR';

/** UNTDID 4451: the reason. Who reads the XML alone must know why an invoice is credited or replaced (BIL-8). */
export const correctionCode = 'ACD' as const;

export type EInvoiceParty = {
  /** BT-27, BT-44. */
  readonly name: string;
  /** BT-29/30, BT-46/47 by the circuit; empty where unknown. */
  readonly siret: string;
  /** BT-31, of the seller; empty where unknown. */
  readonly vatNumber: string;
  /** BT-33, of the seller. */
  readonly legalMentions: string;
  readonly address: PostalAddress;
};

export type EInvoiceLine = {
  /** BT-155. */
  readonly itemCode: string;
  /** BT-153. */
  readonly name: string;
  /** BT-154: empty where there is nothing to add. */
  readonly description: string;
  /** BT-134, BT-135. */
  readonly period: Period;
  /** BT-130: days of one account, or one amount. */
  readonly unit: 'DAY' | 'C62';
  /** BT-129. */
  readonly accountDays: bigint;
  /** BT-146: per account and contract year. */
  readonly unitPrice: UnitPrice;
  /** BT-149: days of the contract year. */
  readonly baseDays: number;
  /** BT-152. */
  readonly vatBasisPoints: number;
  /** BT-131. */
  readonly netCents: Cents;
};

/** The terms of EN 16931 that our invoices bear, before they are written as XML. */
export type EInvoice = {
  readonly circuit: Circuit;
  /** BT-1. */
  readonly number: string;
  /** BT-3: invoice, or credit note. */
  readonly type: '380' | '381';
  /** BT-2. */
  readonly issuedOn: LocalDate;
  /** BT-9. */
  readonly dueOn: LocalDate;
  /** BT-25, BT-26: what a credit note corrects, or a complementary invoice completes. */
  readonly preceding?: { readonly number: string; readonly issuedOn: LocalDate };
  /** Its VAT is the difference of two VATs, up to a cent beside rate × base (BIL-8). */
  readonly isDifference: boolean;
  /** BT-73, BT-74. */
  readonly period: Period;
  readonly seller: EInvoiceParty;
  readonly buyer: EInvoiceParty;
  /** The State is asked for a service and an engagement. */
  readonly buyerIsState: boolean;
  /** BT-10. */
  readonly serviceCode: string;
  /** BT-13: the « numéro d'engagement », not a commitment. */
  readonly purchaseOrderNumber: string;
  /** BT-12. */
  readonly marketNumber: string;
  /** BT-84; empty before the first account was approved. */
  readonly iban: string;
  /** BT-20. */
  readonly terms: string;
  /** BT-21, BT-22. */
  readonly notes: readonly {
    readonly code: MentionCode | typeof correctionCode;
    readonly text: string;
  }[];
  readonly lines: readonly EInvoiceLine[];
  /** BG-23, one for each rate. */
  readonly vatTotals: readonly {
    readonly vatBasisPoints: number;
    readonly netCents: Cents;
    readonly vatCents: Cents;
  }[];
  /** BT-120, where a rate is 0. */
  readonly vatExemption: string;
  /** Of the buyer: it decides the rates. */
  readonly vatTerritory: VatTerritory;
  /** BT-106, BT-109. */
  readonly netCents: Cents;
  /** BT-110. */
  readonly vatCents: Cents;
  /** BT-112. */
  readonly totalCents: Cents;
  /** BT-115. */
  readonly dueCents: Cents;
};

/** As it stands, or as a draft would if it were issued on a day. */
type Issued = InvoiceContent & Pick<FinalisedInvoice, 'number' | 'issuedOn' | 'dueOn'>;

/** What is sent of an issued invoice: nothing is computed here, each term is copied from what was issued. */
export function eInvoiceOf(invoice: Issued, circuit: Circuit): EInvoice {
  const { seller, buyer, corrects } = invoice;
  return {
    circuit,
    number: invoice.number,
    type: isCredit(invoice.kind) ? '381' : '380',
    isDifference: isDifference(invoice),
    ...(corrects ? { preceding: { number: corrects.number, issuedOn: corrects.issuedOn } } : {}),
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    period: invoice.period,
    seller: {
      name: seller.name,
      siret: seller.siret,
      vatNumber: seller.vatNumber.replace(/\s/g, ''),
      legalMentions: seller.legalMentions,
      address: postalAddress(seller.address),
    },
    buyer: {
      name: buyer.name,
      siret: buyer.recipientSiret,
      vatNumber: '',
      legalMentions: '',
      address: postalAddress(buyer.address),
    },
    buyerIsState: buyer.kind === 'STATE',
    serviceCode: buyer.serviceCode,
    purchaseOrderNumber: buyer.purchaseOrderNumber,
    marketNumber: buyer.marketNumber,
    iban: seller.iban,
    terms: isCredit(invoice.kind) ? creditTerms : paymentTerms(invoice.paymentTermDays),
    notes: [
      ...(['PMD', 'PMT', 'AAB'] as const).map((code) => ({ code, text: paymentMentions[code] })),
      ...(corrects
        ? [
            {
              code: correctionCode as typeof correctionCode,
              text: `${correctionMention(invoice.kind, corrects)} ${correctionReason(corrects)}`,
            },
          ]
        : []),
    ],
    lines: invoice.lines.map((line) => lineOf(line, invoice.basis)),
    vatTotals: invoice.vatTotals,
    vatExemption: vatExemptionOf(buyer.department),
    vatTerritory: vatTerritoryOf(buyer.department),
    netCents: invoice.netCents,
    vatCents: invoice.vatCents,
    totalCents: invoice.totalCents,
    dueCents: invoice.totalCents,
  };
}

function lineOf(line: ExplainedLine, basis: BillingBasis): EInvoiceLine {
  return {
    itemCode: line.itemCode,
    name: designationOf(line),
    description: explanationOf(line, basis),
    period: line.period,
    unit: line.kind === 'DIFFERENCE' ? 'C62' : 'DAY',
    accountDays: line.accountDays,
    unitPrice: line.unitPrice,
    baseDays: line.daysInContractYear,
    vatBasisPoints: line.vatBasisPoints,
    netCents: line.netCents,
  };
}
