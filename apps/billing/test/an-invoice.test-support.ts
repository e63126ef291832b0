import { parseUnitPrice } from '#libs/money';
import { contractYears, localDate, periodOf } from '#libs/time';
import type { DraftInvoice } from '../src/invoices/domain/invoice.js';
import { calculateInvoice } from '../src/invoices/domain/invoice-calculation.js';
import { explainLine, type LedgerOrder } from '../src/invoices/domain/invoice-explanation.js';

/** Worked example 2: C = 412, +38 on 2022-11-03, at 2.3500 € and VAT 20 %. All parties are invented. */
export function aDraft(more: Partial<DraftInvoice> = {}): DraftInvoice {
  const period = periodOf('2022-10-19', '2023-01-19');
  const membership = periodOf('2022-07-19', '2026-07-19');
  const ledger: LedgerOrder[] = [
    anOrder(1, '2022-07-19', '2022-07-19', 412),
    anOrder(2, '2022-10-27', '2022-11-03', 38),
  ];
  const annexe2 = {
    kind: 'ANNEXE2',
    title: 'Annexe 2 de la commune de Saint-Exemple',
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    datedOn: '2021-12-14',
  };
  const commitment = [{ itemCode: 'ELEVE', from: membership.start, quantity: 412 }];
  const signed = [{ annexe2, signedBy: '', commitment }];
  const calculation = calculateInvoice({
    basis: 'ORDERED',
    floorScope: 'ITEM',
    period,
    membership,
    contractYears: contractYears(membership.start, membership.end),
    items: [
      {
        itemCode: 'ELEVE',
        label: 'Compte élève',
        commitment: [{ from: membership.start, quantity: 412 }],
        orders: ledger,
        usage: [],
        prices: [
          { from: membership.start, unitPrice: parseUnitPrice('2.3500'), vatBasisPoints: 2000 },
        ],
      },
    ],
  });
  return {
    ...calculation,
    lines: calculation.lines.map((line) => ({
      ...line,
      explanation: explainLine(line, ledger, signed, 'ITEM'),
    })),
    status: 'DRAFT',
    id: '0d5a2f7e-4a8c-4d0c-9d55-0f7b54a4b001',
    membershipId: 'e2b7c1de-7a07-4a37-8a55-3f6c0f6c7d11',
    marketCode: 'e-primo-2022',
    marketTitle: 'ENT e-primo',
    numberPrefix: 'EP22',
    period,
    kind: 'INVOICE',
    revision: 0,
    basis: 'ORDERED',
    seller: {
      name: 'Numérique des Écoles SAS',
      siret: '90000000100017',
      vatNumber: 'FR68900000001',
      address: '12 quai de l’Exemple\n44000 Nantes',
      iban: 'FR7630001007941234567890185',
      legalMentions: 'SAS au capital de 100 000 €, RCS Nantes 900 000 001',
    },
    buyer: {
      organisationId: 'a8d1c7b2-93c5-4c39-8b32-8a4b1f1d2c01',
      name: 'Commune de Saint-Exemple',
      siren: '214401093',
      recipientSiret: '21440109300015',
      address: '1 place de la Mairie\n44000 Saint-Exemple',
      serviceCode: 'SCOLAIRE',
      purchaseOrderNumber: '2022-EDU-0417',
      marketNumber: '2022-018',
    },
    evidence: {
      membershipVersion: 5,
      ledgerHead: '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
      ledgerPosition: 2,
      floorScope: 'ITEM',
      priceVersion: 4,
      meteringCutOff: '0:1840 1:1772 2:1901',
      lateFacts: 0,
      schools: [
        { uai: '0440290B', accountDays: 19_872, openAtEnd: 228 },
        { uai: '0440358A', accountDays: 15_640, openAtEnd: 171 },
      ],
      usage: [],
    },
    draftedOn: localDate('2023-01-19'),
    contestableUntil: localDate('2023-01-29'),
    paymentTermDays: 30,
    answers: [],
    ...more,
  };
}

function anOrder(
  ledgerPosition: number,
  signedOn: string,
  effectiveFrom: string,
  delta: number,
): LedgerOrder {
  return {
    orderId: `order-${ledgerPosition}`,
    number: `BC-${String(ledgerPosition).padStart(3, '0')}`,
    itemCode: 'ELEVE',
    signedOn: localDate(signedOn),
    effectiveFrom: localDate(effectiveFrom),
    delta,
    ledgerPosition,
  };
}
