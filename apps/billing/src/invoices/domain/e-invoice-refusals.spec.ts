import { localDate, periodOf, type LocalDate } from '#libs/time';
import { aDraft } from '../../../test/an-invoice.test-support.js';
import { issuedOf } from '../../../test/issued-invoice.test-support.js';
import { type EInvoice, eInvoiceOf } from './e-invoice.js';
import { refusalsOf } from './e-invoice-refusals.js';

/**
 * Goal: what Chorus Pro, BR-FR or a treasurer would refuse is found before it has a number, and said in French. Method:
 * worked example 2 with one thing wrong; rule and sentence are by hand, from the reference (2, 7, 8.2).
 */
const right = eInvoiceOf(issuedOf(aDraft()), 'CPRO');
const { seller, buyer, notes } = right;
const [first, second] = [right.lines[0]!, right.lines[1]!];
const [vat] = right.vatTotals;
const told = (over: Partial<EInvoice>) =>
  refusalsOf({ ...right, ...over }).map(({ rule, reason }) => `${rule}: ${reason}`);
const day = (text: string) => text as LocalDate;

test('BIL-6: worked example 2 is not refused, by either circuit', () => {
  expect(refusalsOf(right)).toEqual([]);
  expect(refusalsOf(eInvoiceOf(issuedOf(aDraft()), 'AFNOR'))).toEqual([]);
});

test.each<[string, Partial<EInvoice>, string]>([
  [
    'a number of 21 characters',
    { number: 'EP22-2023-00000000001' },
    'CPRO-BT-1: le numéro « EP22-2023-00000000001 » n’a pas 1 à 20 lettres, chiffres ou signes + - _ /',
  ],
  [
    'a number with a space',
    { number: 'EP22 2023' },
    'CPRO-BT-1: le numéro « EP22 2023 » n’a pas 1 à 20 lettres, chiffres ou signes + - _ /',
  ],
  [
    'a day that does not exist',
    { issuedOn: day('2023-02-31'), dueOn: day('2023-03-31') },
    'DATE: une date n’existe pas au calendrier',
  ],
  [
    'a due date before its issue',
    { dueOn: localDate('2023-01-28') },
    'BT-9: l’échéance précède l’émission',
  ],
  [
    'a credit note that quotes no invoice',
    { type: '381' },
    'BR-FR-CO-05: l’avoir ne cite pas la facture qu’il corrige',
  ],
  [
    'a quoted number of 21 characters',
    { type: '381', preceding: { number: 'EP22-2023-00000000001', issuedOn: right.issuedOn } },
    'CPRO-BT-25: le numéro de la facture citée n’a pas 1 à 20 caractères',
  ],
  ['no supplier name', { seller: { ...seller, name: ' ' } }, 'BT-27: le nom du titulaire manque'],
  [
    'a supplier name of 100 characters',
    { seller: { ...seller, name: 'x'.repeat(100) } },
    'CPRO-BT-27: le nom du titulaire dépasse 99 caractères',
  ],
  [
    'a supplier SIRET with a wrong last digit',
    { seller: { ...seller, siret: '90000000100018' } },
    'BT-30: le SIRET du titulaire « 90000000100018 » n’est pas valide',
  ],
  [
    'VAT without a VAT number',
    { seller: { ...seller, vatNumber: '' } },
    'BR-S-02: le numéro de TVA du titulaire manque',
  ],
  [
    'a VAT number with a wrong key',
    { seller: { ...seller, vatNumber: 'FR69900000001' } },
    'BT-31: le numéro de TVA du titulaire « FR69900000001 » n’a pas la bonne clé, ou n’est pas celui de son SIREN',
  ],
  [
    'the VAT number of another company',
    { seller: { ...seller, vatNumber: 'FR66999000011' } },
    'BT-31: le numéro de TVA du titulaire « FR66999000011 » n’a pas la bonne clé, ou n’est pas celui de son SIREN',
  ],
  [
    'a street of the supplier of 401 characters',
    { seller: { ...seller, address: { ...seller.address, lines: ['x'.repeat(401)] } } },
    'CPRO-BT-35: une ligne d’adresse du titulaire dépasse 400 caractères',
  ],
  [
    'a street of the recipient of 401 characters',
    { buyer: { ...buyer, address: { ...buyer.address, lines: ['1 place', 'x'.repeat(401)] } } },
    'CPRO-BT-50: une ligne d’adresse du destinataire dépasse 400 caractères',
  ],
  [
    'a reason of a correction of 1,025 characters',
    { notes: [...notes, { code: 'ACD', text: 'x'.repeat(1_025) }] },
    'CPRO-BT-22: le motif de la correction dépasse 1 024 caractères',
  ],
  ['no buyer name', { buyer: { ...buyer, name: '' } }, 'BT-44: le nom du destinataire manque'],
  [
    'no SIRET of the recipient',
    { buyer: { ...buyer, siret: '' } },
    'CPRO-BT-47: le SIRET du destinataire manque',
  ],
  [
    'a recipient SIRET with a wrong key',
    { buyer: { ...buyer, siret: '21440109300016' } },
    'CPRO-BT-47: le SIRET du destinataire « 21440109300016 » n’est pas valide',
  ],
  [
    'a SIREN for a SIRET',
    { buyer: { ...buyer, siret: '214401093' } },
    'CPRO-BT-47: le SIRET du destinataire « 214401093 » n’est pas valide',
  ],
  [
    'the State without a service',
    { buyerIsState: true, serviceCode: '' },
    'CPRO-BT-10: le code service manque, que l’État demande toujours',
  ],
  [
    'the State without an engagement',
    { buyerIsState: true, purchaseOrderNumber: '' },
    'CPRO-BT-13: le numéro d’engagement manque, que l’État demande toujours',
  ],
  [
    'a service of 101 characters',
    { serviceCode: 'x'.repeat(101) },
    'CPRO-BT-10: le code service dépasse 100 caractères',
  ],
  [
    'an engagement of 51 characters',
    { purchaseOrderNumber: 'x'.repeat(51) },
    'CPRO-BT-13: le numéro d’engagement dépasse 50 caractères',
  ],
  [
    'a market number of 51 characters',
    { marketNumber: 'x'.repeat(51) },
    'CPRO-BT-12: le numéro de marché dépasse 50 caractères',
  ],
  [
    'an IBAN with two digits exchanged',
    { iban: 'FR7630001007941234567890158' },
    'CPRO-BT-84: l’IBAN du titulaire n’est pas valide, ou dépasse 27 caractères',
  ],
  [
    'an IBAN longer than Chorus Pro takes',
    { iban: 'MT84MALT011000012345MTLCAST001S' },
    'CPRO-BT-84: l’IBAN du titulaire n’est pas valide, ou dépasse 27 caractères',
  ],
  [
    'no mention of late interest',
    { notes: notes.filter(({ code }) => code !== 'PMD') },
    'BR-FR-05: la mention PMD ne figure pas une fois, en 1 024 caractères au plus',
  ],
  [
    'the 40 € twice',
    { notes: [...notes, notes[1]!] },
    'BR-FR-05: la mention PMT ne figure pas une fois, en 1 024 caractères au plus',
  ],
  ['no terms of payment', { terms: '' }, 'BT-20: les conditions de paiement manquent'],
  [
    'a line without a name',
    { lines: [{ ...first, name: '' }, second] },
    'BR-25: ligne 1 : la désignation manque',
  ],
  [
    'a description of 1,025 characters',
    { lines: [first, { ...second, description: 'x'.repeat(1_025) }] },
    'CPRO-BT-154: ligne 2 : la description dépasse 1024 caractères',
  ],
  [
    'a price that does not make the amount',
    { lines: [first, { ...second, unitPrice: 24_500n }] },
    'BT-131: ligne 2 : le montant est de 223,09\u00a0€, quantité × prix font 232,58\u00a0€',
  ],
  [
    'a tax of 12.34 %',
    {
      lines: [{ ...first, vatBasisPoints: 1234 }],
      netCents: 3979n,
      vatTotals: [{ vatBasisPoints: 1234, netCents: 3979n, vatCents: 491n }],
      ...{ vatCents: 491n, totalCents: 4470n, dueCents: 4470n },
    },
    'BR-FR-16: ligne 1 : 12,34\u00a0% n’est pas un taux de TVA français',
  ],
  [
    'a line of days that are not billed',
    { period: periodOf('2022-10-20', '2023-01-19') },
    'BR-CO-19: ligne 1 : sa période sort de celle de la facture',
  ],
])('BIL-6: refuses %s', (_, over, sentence) => {
  expect(told(over)).toEqual([sentence]);
});

/** What the official rules do not see, or only from an amount on (reference, 8.2): each is one change of what is right. */
test.each<[string, Partial<EInvoice>, string]>([
  [
    'lines + 1',
    {
      netCents: right.netCents + 1n,
      totalCents: right.totalCents + 1n,
      dueCents: right.dueCents + 1n,
    },
    'BR-CO-10',
  ],
  ['gross + 1', { totalCents: right.totalCents + 1n, dueCents: right.dueCents + 1n }, 'BR-CO-15'],
  ['due changed', { dueCents: right.dueCents - 1n }, 'BR-CO-16'],
  ...[1n, 90n, 500n].map((more): [string, Partial<EInvoice>, string] => [
    `VAT + ${more} cents`,
    {
      vatTotals: [{ ...vat!, vatCents: vat!.vatCents + more }],
      vatCents: right.vatCents + more,
      totalCents: right.totalCents + more,
      dueCents: right.dueCents + more,
    },
    'BR-CO-17',
  ]),
  [
    'VAT total unlike its rates',
    {
      vatCents: right.vatCents + 1n,
      totalCents: right.totalCents + 1n,
      dueCents: right.dueCents + 1n,
    },
    'BR-CO-14',
  ],
  ['a base unlike its lines', { vatTotals: [{ ...vat!, netCents: 26_289n }] }, 'BR-S-08'],
  ['a rate without total', { vatTotals: [] }, 'BG-23'],
  [
    'a price changed, its line kept',
    { lines: [{ ...first, unitPrice: 24_500n }, second] },
    'BT-131',
  ],
  [
    'a quantity changed, its line kept',
    { lines: [{ ...first, accountDays: 6_181n * 2n }, second] },
    'BT-131',
  ],
  ['a quantity of 0', { lines: [{ ...first, accountDays: 0n }, second] }, 'BT-129'],
  ['a negative price', { lines: [{ ...first, unitPrice: -23_500n }, second] }, 'BR-27'],
  ['no line', { lines: [] }, 'BR-16'],
  ['neither terms nor due date', { terms: '', dueOn: day('') }, 'BR-CO-25'],
  ['an impossible date', { period: { start: day('2022-10-19'), end: day('2023-02-31') } }, 'DATE'],
  ['bad SIREN in the SIRET', { seller: { ...seller, siret: '90000000200017' } }, 'BT-30'],
  ['bad IBAN', { iban: 'FR7630001007941234567890186' }, 'CPRO-BT-84'],
  ['a number above 20 characters', { number: 'x'.repeat(36) }, 'CPRO-BT-1'],
  ['no discount mention', { notes: notes.slice(0, 2) }, 'BR-FR-05'],
  ['an avoir without its invoice', { type: '381' }, 'BR-FR-CO-05'],
])('reference 8.2: the mutant « %s » is refused', (_, over, rule) => {
  expect(refusalsOf({ ...right, ...over }).map((refusal) => refusal.rule)).toContain(rule);
});

test('each refusal that is not a fault of ours says who does what', () => {
  const bad = {
    ...{ seller: { ...seller, siret: '', vatNumber: '', name: '' }, iban: 'FR00' },
    ...{ buyer: { ...buyer, siret: '', name: '' }, serviceCode: 'x'.repeat(101) },
  };
  const remedies = refusalsOf({ ...right, ...bad });
  expect(remedies).toHaveLength(7);
  for (const { remedy } of remedies)
    expect(remedy).toMatch(/^l[ea] .* la numérotation est relancée$/);
});
