import type { DemoFigures, InvoiceFigures, MemberFigures } from './figures.js';
import { checkGolden } from './golden-figures.js';

const issued = (kind: string, totalCents: string) =>
  ({ kind, status: 'FINALISED', totalCents }) as InvoiceFigures;

const figures: Omit<DemoFigures, 'checks'> = {
  marketCode: 'e-primo-2022',
  marketTitle: 'ENT e-primo',
  on: '2025-01-20',
  schools: 42,
  people: 15_325,
  members: Array.from({ length: 15 }, () => ({}) as MemberFigures),
  accounts: [
    { profile: 'STUDENT', state: 'ACTIVATED', count: 15_000 },
    { profile: 'STUDENT', state: 'DELETED', count: 338 },
  ],
  invoices: [
    ...Array.from({ length: 100 }, (_, index) => issued('INVOICE', index === 0 ? '3702689' : '1')),
    issued('CREDIT_NOTE', '2'),
    { ...issued('INVOICE', '700'), status: 'WITHDRAWN' },
  ],
  refusals: [],
};

/** With plain spaces, as one types them. */
const verdict = (changed: Partial<typeof figures>) => {
  const { holds, detail } = checkGolden({ ...figures, ...changed });
  return { holds, detail: detail.replace(/[\u00a0\u202f]/g, ' ') };
};

test('holds on the figures of before', () => {
  expect(verdict({})).toEqual({
    holds: true,
    detail:
      'membres : 15, écoles : 42, personnes : 15 325, comptes : 15 338, factures : 100, avoirs : 1, ' +
      'total TTC : 37 027,86 €',
  });
});

test.each<[string, Partial<typeof figures>, string]>([
  ['a school', { schools: 41 }, 'écoles : 41, attendu 42'],
  ['a person', { people: 15_326 }, 'personnes : 15 326, attendu 15 325'],
  ['a member', { members: figures.members.slice(1) }, 'membres : 14, attendu 15'],
  ['accounts', { accounts: figures.accounts.slice(1) }, 'comptes : 338, attendu 15 338'],
  [
    'an invoice',
    { invoices: figures.invoices.toSpliced(1, 1) },
    'factures : 99, attendu 100 ; total TTC : 37 027,85 €, attendu 37 027,86 €',
  ],
  [
    'a credit note',
    { invoices: figures.invoices.toSpliced(100, 1) },
    'avoirs : 0, attendu 1 ; total TTC : 37 027,88 €, attendu 37 027,86 €',
  ],
])('fails where there is %s more or less', (_what, changed, detail) => {
  expect(verdict(changed)).toEqual({ holds: false, detail });
});
