import { belongsTo, mayRead } from './document.js';

const own = { kind: 'LETTER', organisationId: 'org-1' } as const;
const shared = { kind: 'BPU', organisationId: undefined } as const;
const offer = { kind: 'OFFER', organisationId: undefined } as const;

test('SUP-3: a member reads its own documents and what the market shares, no offer and no other member’s', () => {
  const member = { as: 'MEMBER', organisationId: 'org-1' } as const;
  expect([own, shared, offer].map((document) => mayRead(document, member))).toEqual([
    true,
    true,
    false,
  ]);
  expect(mayRead({ ...own, organisationId: 'org-2' }, member)).toBe(false);
  expect(mayRead(own, { as: 'MEMBER' })).toBe(false);
});

test('SUP-3: the supplier reads what it executes, the coordinator all', () => {
  const supplier = { as: 'SUPPLIER' } as const;
  expect(mayRead({ ...own, kind: 'ANNEXE2' }, supplier)).toBe(true);
  expect(mayRead(shared, supplier)).toBe(true);
  expect(mayRead(own, supplier)).toBe(false);
  expect(mayRead(offer, supplier)).toBe(false);
  expect(mayRead(offer, { as: 'GROUP' })).toBe(true);
});

test('a document proves something about its own membership, or about its organisation’s in the same market', () => {
  const membership = { membershipId: 'm-1', organisationId: 'org-1', marketCode: 'a' };
  const document = { membershipId: 'm-1', organisationId: 'org-1', marketCode: 'a' };
  expect(belongsTo(document, membership)).toBe(true);
  expect(belongsTo({ ...document, membershipId: undefined }, membership)).toBe(true);
  expect(belongsTo({ ...document, membershipId: 'm-2' }, membership)).toBe(false);
  expect(belongsTo({ ...document, marketCode: 'b' }, membership)).toBe(false);
  const markets = { membershipId: undefined, organisationId: undefined, marketCode: 'a' };
  expect(belongsTo(markets, membership)).toBe(false);
  expect(belongsTo(markets, { marketCode: 'a' })).toBe(true);
  expect(belongsTo(document, { marketCode: 'a' })).toBe(false);
});
