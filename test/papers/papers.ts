import { aDraft } from '../../apps/billing/test/an-invoice.test-support.js';
import { invoicePdf } from '../../apps/billing/src/invoices/document/invoice-pdf.js';
import { finalise, type Invoice } from '../../apps/billing/src/invoices/domain/invoice.js';
import { seriesOf } from '../../apps/billing/src/invoices/domain/invoice-number.js';
import { personExportPaper } from '../../apps/directory/src/person-exports/person-export-paper.js';
import { exported, why } from '../../apps/directory/test/a-person-export.test-support.js';
import { OrderDocument } from '../../apps/membership/src/orders/notices/order-document.js';
import { paperOf, statementWith } from '../../apps/membership/test/a-statement.test-support.js';
import { anOrderPaper } from '../../apps/membership/test/an-order-paper.test-support.js';
import { letterDocument } from '../../apps/provisioning/src/letters/letter-document.js';
import type { Addressee } from '../../apps/provisioning/src/letters/domain/letter.js';
import { localDate } from '#libs/time';

const issuedOn = localDate('2023-01-29');

export function anInvoice(more: Parameters<typeof aDraft>[0] = {}): Invoice {
  const draft = aDraft(more);
  const series = seriesOf(draft.seller.siret, draft.numberPrefix, issuedOn);
  return finalise(draft, series, 7, issuedOn).invoice;
}

const many = anInvoice();
/** Names as they come, and more than a page of everything. */
const hardName = 'Syndicat mixte « Cœur & Lœgoat » <d’Œuvre> – n° 1 ½ €';
const manyLines: Invoice = {
  ...many,
  buyer: { ...many.buyer, name: hardName },
  lines: Array.from({ length: 30 }, () => many.lines[0]!),
  evidence: {
    ...many.evidence,
    schools: Array.from({ length: 60 }, (_, n) => ({
      uai: `044${String(n).padStart(4, '0')}X`,
      accountDays: n * 1_234,
      openAtEnd: n,
    })),
  },
};
const longRow = [
  'Motif',
  'Une phrase qui ne finit pas, et que nulle page ne contient. '.repeat(300),
];

const addressee: Addressee = {
  ...{
    accountId: 'a',
    personId: 'p',
    profile: 'RELATIVE',
    state: 'PROVISIONED',
    firstName: 'Şeyma',
    lastName: 'Lœgoat-d’Œuvre',
  },
  ...{ children: ['Zoé', 'Noël'], wayIn: 'LOCAL', wayInGap: '', entId: 'e', marketCode: 'm' },
};
const letter = {
  to: addressee,
  kind: 'ACTIVATION_CODE',
  login: 'seyma.loegoat',
  code: 'k7bpx3mn',
} as const;
const letters = {
  ...{ school: 'École élémentaire Les Œillets', classLabel: 'CM1', on: localDate('2024-09-02') },
  ...{ address: 'https://ent.example.org', letters: [letter], leftOut: [] },
};

/** Every kind of paper that the product makes, by the name a failure is to be told with. */
export const papers: Readonly<Record<string, () => Promise<Buffer>>> = {
  'an issued invoice': () => invoicePdf(anInvoice()),
  'an invoice of 30 lines and 60 schools': () => invoicePdf(manyLines),
  'a draft': () => invoicePdf(aDraft()),
  'an order': () => new OrderDocument().render(anOrderPaper()),
  'an order of 50 lines': () => {
    const [line] = anOrderPaper().effects;
    const effects = Array.from({ length: 50 }, () => line!);
    return new OrderDocument().render(anOrderPaper({ effects, floorScope: 'TOTAL' }));
  },
  'a statement': () => paperOf(statementWith({})),
  'a statement of a hard name': () =>
    paperOf(
      statementWith({ member: { name: hardName, siren: '200083228', address: 'Şile\n44000 学' } }),
    ),
  'what is held of a person': () => personExportPaper(exported, 'Vous pouvez tout demander.'),
  'what is held of a person, with a row that no page holds': () => {
    const table = { ...why, title: 'Décisions', columns: ['Donnée', 'Valeur'], rows: [longRow] };
    const services = [{ service: 'console', tables: [table] }];
    return personExportPaper({ ...exported, services }, 'Vous pouvez tout demander. '.repeat(400));
  },
  'a letter with a code': () => letterDocument(letters),
  'a pupil’s letter with a long identifier': () => {
    const to = { ...addressee, profile: 'STUDENT', children: [] };
    const login = 'seyma.loegoat-d-oeuvre'.repeat(4);
    return letterDocument({ ...letters, letters: [{ ...letter, to, login }] });
  },
  'a letter with a renewal code': () =>
    letterDocument({ ...letters, classLabel: '', letters: [{ ...letter, kind: 'RENEWAL_CODE' }] }),
  'a letter for ÉduConnect': () => {
    const to = { ...addressee, wayIn: 'EDUCONNECT' };
    return letterDocument({ ...letters, letters: [{ to, kind: 'WAY_IN', login: '', code: '' }] });
  },
  'the letters of a class, and who has none': () => {
    const child = { ...addressee, profile: 'STUDENT', children: [], firstName: 'Zoé' };
    const leftOut = [{ to: addressee, because: 'Déjà entré dans l’ENT : pas de lettre.' }];
    return letterDocument({
      ...{ ...letters, leftOut },
      letters: [letter, { ...letter, to: child }, { ...letter, login: 'noel.loegoat' }],
    });
  },
  'who has no letter': () => {
    const leftOut = [{ to: addressee, because: 'Déjà entré dans l’ENT : pas de lettre.' }];
    return letterDocument({ ...letters, letters: [], leftOut });
  },
};

/** Files of several papers, each with a title of its own: how many. */
export const papersIn: Readonly<Record<string, number>> = {
  'the letters of a class, and who has none': 4,
};
