import { localDate } from '#libs/time';
import { checkBillingStory } from './check-billing-story.js';
import type { DemoAct } from './scenario.js';
import type { Services } from './services.js';

const q1 = localDate('2022-10-19');
const q2 = localDate('2023-01-19');
const revisedOn = localDate('2023-07-19');
const published = { value: '100', on: q1 };
const acts: readonly DemoAct[] = [
  { kind: 'contest', member: 'kept', periodEndsOn: q1, reason: '' },
  { kind: 'contest', member: 'anew', periodEndsOn: q1, reason: '' },
  { kind: 'maintain', member: 'kept', periodEndsOn: q1, reason: '' },
  { kind: 'withdraw-draft', member: 'anew', periodEndsOn: q1, reason: '' },
  { kind: 'mend-invoice', member: 'kept', periodEndsOn: q2, reason: '' },
  {
    kind: 'revise-prices',
    ...{ baseOn: revisedOn, effectiveFrom: revisedOn, index: 'I' },
    ...{ constant: '0', coefficient: '1', base: published, current: published },
  },
];
const document = (endsOn: string, invoiceId: string, over: object) => ({
  ...{ invoiceId, period: { startsOn: '', endsOn }, status: 'FINALISED', kind: 'INVOICE' },
  ...{ number: invoiceId, answer: '', replacedBy: '', correctsNumber: '', settlement: '' },
  ...{ revision: 0, netCents: 100n, vatCents: 20n, ...over },
});
type Document = ReturnType<typeof document>;
/** As it has to be. */
const standing: Readonly<Record<string, Document>> = {
  maintained: document(q1, 'K1', { answer: 'MAINTAINED' }),
  mended: document(q2, 'K2', { settlement: 'CREDITED' }),
  credit: document(q2, 'K3', { kind: 'CREDIT_NOTE', correctsNumber: 'K2' }),
  replacement: document(q2, 'K4', { revision: 1, correctsNumber: 'K2', netCents: 90n }),
  withdrawn: document(q1, 'A1', { status: 'WITHDRAWN', number: '', replacedBy: 'A2' }),
  accepted: document(q1, 'A2', { answer: 'ACCEPTED' }),
};
const revision = { revision: { effectiveFrom: revisedOn } };

async function verdict(over: Record<string, object> = {}, price = 25_222, state = 'APPROVED') {
  const documents = Object.entries(standing).map(([name, one]) => ({ ...one, ...over[name] }));
  const prices = [{ effectiveFrom: revisedOn, unitPriceTenThousandths: price }];
  const proposal = { proposalId: 'p', state, kind: 'PRICES', prices, revision };
  const services = {
    billing: () => ({
      listInvoices: ({ membershipId }: { membershipId: string }) =>
        Promise.resolve({
          invoices: documents.filter(({ invoiceId }) =>
            invoiceId.startsWith(membershipId === 'kept' ? 'K' : 'A'),
          ),
          nextCursor: '',
        }),
    }),
    proposals: () => ({
      listProposals: () => Promise.resolve({ proposals: [proposal] }),
      getProposal: () => Promise.resolve({ proposal }),
    }),
  } as unknown as Services;
  const before = { from: revisedOn, tenThousandths: 24_182n, vatPercent: 20n };
  const { holds, detail } = await checkBillingStory({
    scenario: { marketCode: 'm', days: [{ on: q1, title: '', acts }] },
    services,
    membershipOf: (member) => Promise.resolve(member),
    prices: [{ ...before, tenThousandths: 25_222n, wasBefore: before }],
  });
  return { holds, detail: detail.replace(/[\u00a0\u202f]/g, ' ') };
}

test('BIL-2, BIL-8, BIL-9: tells what became of contests, of the mended invoice and of the revision', async () => {
  expect(await verdict()).toEqual({
    holds: true,
    detail:
      '1 projet contesté et maintenu, 1 contesté, refait et accepté ; K2 créditée par K3 et remplacée par K4 ; ' +
      'prix révisé de 2,4182 € à 2,5222 € au 19 juillet 2023',
  });
});

test.each<[string, Record<string, object>]>([
  ['an answer that is missing', { maintained: { answer: 'CONTESTED' } }],
  ['a draft withdrawn for nothing', { withdrawn: { replacedBy: '' } }],
  ['one that nobody accepted', { accepted: { answer: '' } }],
  ['one that was not issued', { accepted: { status: 'DRAFT' } }],
  ['an invoice still owed', { mended: { settlement: '' } }],
  ['a cent less given back', { credit: { vatCents: 19n } }],
  ['a note on another invoice', { credit: { correctsNumber: 'K1' } }],
  ['a replacement of another revision', { replacement: { revision: 2 } }],
  ['no replacement', { replacement: { status: 'DRAFT' } }],
])('fails on %s', async (_what, over) => {
  expect((await verdict(over)).holds).toBe(false);
});

test('fails on a revision that is another price, or that nobody approved', async () => {
  expect((await verdict({}, 25_221)).holds).toBe(false);
  expect((await verdict({}, 25_222, 'OPEN')).holds).toBe(false);
});
