import { decimalOf, unitPriceDecimal } from '#libs/money';
import type { AttachedFile, MetadataExtension } from '#libs/pdf';
import { type FinalisedInvoice, isCredit } from '../domain/invoice.js';

/** What makes a PDF/A-3 a Factur-X: what its metadata say of the XML in it (Factur-X 1.0, profile EN 16931). */
export const facturX: MetadataExtension = {
  title: 'Factur-X PDFA Extension Schema',
  namespace: 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#',
  prefix: 'fx',
  properties: [
    told('DocumentFileName', 'factur-x.xml', 'The name of the embedded XML document'),
    told('DocumentType', 'INVOICE', 'The type of the hybrid document in capital letters'),
    told('Version', '1.0', 'The version of the standard that the embedded XML follows'),
    told('ConformanceLevel', 'EN 16931', 'The conformance level of the embedded XML document'),
  ],
};

function told(name: string, value: string, description: string) {
  return { name, value, valueType: 'Text', category: 'external', description } as const;
}

/** The XML under the name that every reader looks for, and what the invoice rests on. */
export function attachmentsOf(invoice: FinalisedInvoice, xml: Buffer): AttachedFile[] {
  const date = new Date(`${invoice.issuedOn}T12:00:00Z`);
  return [
    {
      ...{ content: xml, name: 'factur-x.xml', mediaType: 'text/xml', date },
      description: isCredit(invoice.kind)
        ? 'L’avoir en données (Factur-X, profil EN 16931)'
        : 'La facture en données (Factur-X, profil EN 16931)',
      relationship: 'Alternative',
    },
    {
      ...{ content: evidenceOf(invoice), mediaType: 'application/json', date },
      name: `justificatif-${invoice.number}.json`,
      description: 'Le justificatif : commandes, engagement, usage et calcul de chaque ligne',
      relationship: 'Supplement',
    },
  ];
}

/** What was known when it was priced, and each line's chain to the signed annex 2 (BIL-5, BIL-7): figures, never a name. */
function evidenceOf({ number, period, basis, evidence, lines }: FinalisedInvoice): Buffer {
  const explained = lines.map((line, index) => ({
    line: index + 1,
    itemCode: line.itemCode,
    kind: line.kind,
    period: line.period,
    quantity: line.quantity,
    // A difference has no quantity, and no C, of its own: its explanation says that of what is owed.
    commitment: line.kind === 'DIFFERENCE' ? null : line.commitment,
    accountDays: String(line.accountDays),
    unitPrice: unitPriceDecimal(line.unitPrice),
    daysInContractYear: line.daysInContractYear,
    net: decimalOf(line.netCents),
    explanation: line.explanation,
  }));
  const told = { number, period, basis, evidence, lines: explained };
  return Buffer.from(`${JSON.stringify(told, null, 1)}\n`);
}
