import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ExplainInvoiceResponseSchema, GetInvoiceResponseSchema } from '#libs/contracts';
import type { DocumentReference } from '#libs/trade';
import type { LineChange } from './domain/correction.js';
import type { CorrectionExplanation } from './domain/correction-explanation.js';
import type { Invoice } from './domain/invoice.js';
import type { SignedShare } from './domain/invoice-explanation.js';
import type { Refusal } from './domain/refusal.js';
import { invoiceInShort } from './why/invoice-in-short.js';
import { toSummary } from './invoices.events.js';
import { rowOf } from './invoices.mapping.js';
import type { InvoiceRow } from './invoices.mapping.js';

export const toAnswers = ({ answers }: Pick<Invoice, 'answers'>) =>
  answers.map(({ answer, answeredOn, reason, paper }) => ({
    ...{ answer, answeredOn, reason },
    documentId: paper?.documentId ?? '',
  }));

export const toRefusals = (refusals: readonly Refusal[]) =>
  refusals.slice(0, refusalsMax).map(({ rule, reason, remedy }) => ({ rule, reason, remedy }));

const refusalsMax = 20;

/** With the digest of the paper as issued; empty for what was not, of which it is told what would have it refused. */
export function toInvoiceResponse(
  invoice: Invoice,
  documentSha256: string,
  refusals: readonly Refusal[],
  correcting: readonly InvoiceRow[],
): MessageInitShape<typeof GetInvoiceResponseSchema> {
  const { buyer, evidence, seller } = invoice;
  return {
    summary: toSummary(rowOf(invoice)),
    lines: invoice.lines.map((line, index) => ({
      line: index + 1,
      itemCode: line.itemCode,
      label: line.label,
      kind: line.kind,
      period: { startsOn: line.period.start, endsOn: line.period.end },
      accountDays: Number(line.accountDays),
      quantity: line.quantity ?? 0,
      days: line.days,
      daysInContractYear: line.daysInContractYear,
      // A difference is one amount: what is its price there is no price of the BPU.
      unitPriceTenThousandths: line.kind === 'DIFFERENCE' ? 0 : Number(line.unitPrice),
      vatBasisPoints: line.vatBasisPoints,
      netCents: line.netCents,
    })),
    vatTotals: invoice.vatTotals.map((total) => ({ ...total })),
    evidence: {
      membershipVersion: evidence.membershipVersion,
      ledgerHead: evidence.ledgerHead,
      meteringCutOff: evidence.meteringCutOff,
      annexe2Sha256:
        oneOf(invoice.lines.flatMap(({ explanation }) => explanation.signed))?.sha256 ?? '',
    },
    recipient: {
      siret: buyer.recipientSiret,
      serviceCode: buyer.serviceCode,
      purchaseOrderNumber: buyer.purchaseOrderNumber,
      marketNumber: buyer.marketNumber,
    },
    seller: { name: seller.name, siret: seller.siret, iban: seller.iban },
    documentSha256,
    answers: toAnswers(invoice),
    refusals: toRefusals(refusals),
    ...(invoice.corrects && {
      corrects: {
        invoiceId: invoice.corrects.invoiceId,
        number: invoice.corrects.number,
        issuedOn: invoice.corrects.issuedOn,
        reason: invoice.corrects.reason,
      },
    }),
    correctedBy: correcting.map(toSummary),
    ...(invoice.status === 'FINALISED' && { settlementReason: invoice.settlement?.reason ?? '' }),
  };
}

/** The first of them: a difference of more lines is read in the invoices themselves. */
export const toLineChanges = (changes: readonly LineChange[]) =>
  changes.slice(0, changesMax).map(({ period, ...change }) => ({
    ...change,
    period: { startsOn: period.start, endsOn: period.end },
  }));

const changesMax = 200;

export function toExplanation(
  invoice: Invoice,
  { sentences, changes }: CorrectionExplanation,
): MessageInitShape<typeof ExplainInvoiceResponseSchema> {
  return {
    correction: [...sentences],
    inShort: invoiceInShort(invoice, sentences),
    changes: toLineChanges(changes),
    membershipId: invoice.membershipId,
    lines: invoice.lines.map(({ explanation }, index) => ({
      line: index + 1,
      sentences: [...explanation.sentences],
      commitment: explanation.commitment,
      orders: explanation.orders.map((order) => ({
        ...order,
        delta: order.delta,
        orderedAfter: order.orderedAfter,
      })),
      ...withOne(oneOf(explanation.signed)),
      signed: explanation.signed.map(({ period, ...share }) => ({
        ...share,
        period: { startsOn: period.start, endsOn: period.end },
      })),
    })),
  };
}

const withOne = (annexe2: DocumentReference | undefined) =>
  annexe2 === undefined ? {} : { annexe2: { ...annexe2 } };

/** The document where all rests on a single one. */
function oneOf(signed: readonly SignedShare[]): DocumentReference | undefined {
  const [first, ...others] = signed;
  const isAlone = others.every(({ annexe2 }) => annexe2.sha256 === first?.annexe2.sha256);
  return isAlone ? first?.annexe2 : undefined;
}
