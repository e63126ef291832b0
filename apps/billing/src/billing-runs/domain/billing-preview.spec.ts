import {
  differenceTold,
  mostNotableFirst,
  type PreviewedMember,
  type PreviewOutcome,
  totalsOf,
} from './billing-preview.js';

const amounts = (totalCents: bigint) => ({ netCents: 0n, vatCents: 0n, totalCents });
const told = (now: bigint, before?: bigint, outcome: PreviewOutcome = 'TO_DRAFT') =>
  differenceTold({
    ...{ outcome, amounts: amounts(now) },
    before: before === undefined ? undefined : amounts(before),
  }).map((text) => text.replace(/[\u00a0\u202f]/g, ' '));

test.each([
  [
    'a fifth more',
    12_000n,
    10_000n,
    ['120,00 € au lieu de 100,00 € la période précédente (+20 %).'],
  ],
  ['less than a fifth', 11_999n, 10_000n, []],
  ['a fifth less', 8_000n, 10_000n, ['80,00 € au lieu de 100,00 € la période précédente (−20 %).']],
  [
    'twice as much, rounded',
    2_005n,
    1_000n,
    ['20,05 € au lieu de 10,00 € la période précédente (+101 %).'],
  ],
  ['twice nearly nothing', 800n, 400n, []],
  ['the first one', 10_000n, undefined, []],
  ['after what was credited whole', 10_000n, 0n, []],
])('BIL-5: warns of %s', (_what, now, before, warning) => {
  expect(told(now, before)).toEqual(warning);
});

test('BIL-5: warns of nothing to invoice after an invoice, and leaves a refusal to say why', () => {
  expect(told(0n, 10_000n, 'WITHOUT_LINE')).toEqual([
    'Rien à facturer, contre 100,00 € la période précédente.',
  ]);
  expect(told(0n, undefined, 'WITHOUT_LINE')).toEqual([]);
  expect(told(0n, 10_000n, 'REFUSED')).toEqual([]);
});

const member = (membershipId: string, over: Partial<PreviewedMember>): PreviewedMember => ({
  ...{ membershipId, organisationName: membershipId, outcome: 'TO_DRAFT', refusal: undefined },
  ...{ amounts: amounts(100n), before: amounts(100n), warnings: [], ...over },
});

test('tells whom to look at first: refused, warned, then whose amount has moved most', () => {
  const members = [
    member('same', {}),
    member('less', { amounts: amounts(50n) }),
    member('new', { before: undefined, amounts: amounts(70n) }),
    member('warned', { warnings: ['!'] }),
    member('refused', { outcome: 'REFUSED', amounts: amounts(0n) }),
  ];
  expect(mostNotableFirst(members).map(({ membershipId }) => membershipId)).toEqual([
    ...['refused', 'warned', 'new', 'less', 'same'],
  ]);
  expect(totalsOf(members, 'TO_DRAFT')).toEqual({
    ...{ members: 4, amounts: amounts(320n), before: amounts(300n) },
  });
});
