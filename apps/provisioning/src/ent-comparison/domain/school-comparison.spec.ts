import { type BookedAccount, compareSchool, type SeenUser } from './school-comparison.js';

const uai = '0440001A';
const person = { firstName: 'Léa', lastName: 'Le Goff', birthDate: '2014-03-02' };

const account = (accountId: string, changed: Partial<BookedAccount> = {}): BookedAccount => ({
  ...{
    accountId,
    externalId: accountId,
    uai,
    profile: 'STUDENT',
    places: [{ uai: '0440001A', label: 'CP', classId: 'class-1' }],
    entId: `ent-${accountId}`,
  },
  ...{ isRemoved: false, mustBeBlocked: false, isOpen: true, awaitsUser: false },
  ...{
    isAtWork: false,
    isHeld: false,
    isToldBlocked: false,
    wasUsed: false,
    person,
    linkedChildIds: [],
  },
  ...{ holdsSeat: true, isNamed: true, hasLateKey: false },
  ...changed,
});
const user = (externalId: string, changed: Partial<SeenUser> = {}): SeenUser => ({
  ...person,
  ...{ externalId, entId: `ent-${externalId}`, isOfOurForm: true, login: 'lea.legoff' },
  ...{ profile: 'STUDENT', isBlocked: false, isActivated: false, childEntIds: [] },
  classes: [{ entId: 'class-1', label: 'CP' }],
  ...changed,
});
/** Identifiers of what was found, kind by kind. */
function found(accounts: readonly BookedAccount[], users: readonly SeenUser[]) {
  const { missing, unknown, ...rest } = compareSchool(uai, accounts, users);
  const { renumbered, back, blocks, places, named, links, adoptable } = rest;
  const pairs = { renumbered, back, blocks, places, named, links, adoptable };
  const kinds = Object.entries(pairs).map(
    ([kind, all]) => [kind, all.map((pair) => pair.account.accountId)] as const,
  );
  return Object.fromEntries(
    [
      ['missing', missing.map(({ accountId }) => accountId)] as const,
      ['unknown', unknown.map(({ entId }) => entId)] as const,
      ...kinds,
    ].filter(([, ids]) => ids.length > 0),
  );
}

test('PRV-5: finds nothing where both sides are alike', () => {
  expect(found([account('a')], [user('a')])).toEqual({});
});

/** What a plan holds of `a`: its closing, of which the ENT was not told. */
const heldClosing = (changed: Partial<BookedAccount> = {}) =>
  account('a', { isAtWork: true, isHeld: true, mustBeBlocked: true, isOpen: false, ...changed });
test.each<[string, BookedAccount, SeenUser[], string[]]>([
  ['nothing of who is there as it was told', heldClosing(), [user('a')], []],
  ['whom the ENT has lost meanwhile', heldClosing(), [], ['MISSING']],
  ['who was blocked there by hand', heldClosing(), [user('a', { isBlocked: true })], ['BLOCK']],
  ['who has another identifier', heldClosing(), [user('a', { entId: 'x' })], ['RENUMBERED']],
  [
    'who waits to be moved, and was moved by hand',
    heldClosing({ isOpen: true, mustBeBlocked: false }),
    [user('a', { classes: [] })],
    ['PLACE'],
  ],
  ['nobody who is only being told', account('a', { isAtWork: true }), [], []],
])('PRV-8: of who waits for a person’s word tells %s', (_what, held, users, kinds) => {
  const { waiting, ...rest } = compareSchool(uai, [held], users);
  expect(waiting.map(({ kind }) => kind)).toEqual(kinds);
  expect([rest.missing, rest.blocks, rest.places, rest.renumbered]).toEqual([[], [], [], []]);
});

test('PRV-8: tells of a school no more than a hundred who wait', () => {
  const many = Array.from({ length: 130 }, (_, at) => ({ ...heldClosing(), accountId: `a-${at}` }));
  expect(compareSchool(uai, many, []).waiting.length).toBe(100);
});

const alone = { person: null };
test.each<[string, BookedAccount[], SeenUser[], object]>([
  ['whom the ENT has lost', [account('a')], [], { missing: ['a'] }],
  ['nobody who is being worked on', [account('a', { isAtWork: true })], [], {}],
  ['nobody who was removed there', [account('a', { isRemoved: true })], [], {}],
  ['nobody of another school', [account('a', { uai: '0440002B' })], [], {}],
  ['who is blocked', [account('a')], [user('a', { isBlocked: true })], { blocks: ['a'] }],
  ['who was renamed there', [account('a')], [user('a', { firstName: 'Léo' })], { named: ['a'] }],
  ['who was born on another day', [account('a')], [user('a', { birthDate: '' })], { named: ['a'] }],
  ['nobody in other letters', [account('a')], [user('a', { lastName: ' LE  GOFF' })], {}],
  [
    'nobody whose new name is still to be told',
    [account('a', { isNamed: false })],
    [user('a', { firstName: 'Léo' })],
    {},
  ],
  [
    'who should be blocked',
    [account('a', { mustBeBlocked: true, isOpen: false })],
    [user('a')],
    { blocks: ['a'] },
  ],
  [
    'who is in no class of its own',
    [account('a')],
    [user('a', { classes: [] })],
    { places: ['a'] },
  ],
  [
    'no place of who is not open',
    [account('a', { mustBeBlocked: true, isOpen: false })],
    [user('a', { classes: [], isBlocked: true })],
    {},
  ],
  [
    'who has another identifier there',
    [account('a', { entId: 'before' })],
    [user('a')],
    { renumbered: ['a'] },
  ],
  [
    'who is there without our knowing',
    [account('a', { entId: null, mustBeBlocked: null, isOpen: false })],
    [user('a')],
    { renumbered: ['a'] },
  ],
  [
    'who was deleted and is back',
    [account('a', { isRemoved: true, mustBeBlocked: null, isOpen: false })],
    [user('a')],
    { back: ['a'] },
  ],
  ['whom we made and know no more', [], [user('a')], { unknown: ['ent-a'] }],
  ['nobody whom others made', [], [user('a', { isOfOurForm: false })], {}],
])('PRV-5: finds %s', (_what, accounts, users, expected) => {
  expect(found(accounts, users)).toEqual(expected);
});

describe('PRV-5: a user of ours that we know no more', () => {
  const waiting = account('new', { entId: null, awaitsUser: true, isAtWork: true });
  const lost = user('old');

  test('is taken over by the one account of the same person that waits for a user', () => {
    const written = { person: { ...person, firstName: 'LEA', lastName: 'Le-Goff' } };
    expect(found([{ ...waiting, ...written }], [lost])).toEqual({ adoptable: ['new'] });
  });

  test.each<[string, BookedAccount[], SeenUser[]]>([
    ['of two users', [waiting], [lost, user('older')]],
    ['of two accounts', [waiting, account('twin', { entId: null, awaitsUser: true })], [lost]],
    [
      'by one that has its user',
      [waiting, account('other'), account('new')],
      [lost, user('new'), user('other')],
    ],
    ['of another profile', [{ ...waiting, profile: 'RELATIVE' }], [lost]],
    ['of another school', [{ ...waiting, uai: '0440002B' }], [lost]],
    ['born another day', [waiting], [{ ...lost, birthDate: '2014-03-03' }]],
    ['of no known birth date', [waiting], [{ ...lost, birthDate: '' }]],
    ['of a person erased', [{ ...waiting, ...alone }], [lost]],
    ['by one that asks for none', [{ ...waiting, awaitsUser: false }], [lost]],
  ])('is not taken over %s', (_what, accounts, users) => {
    const { adoptable, unknown } = compareSchool(uai, accounts, users);
    expect([adoptable, unknown.map(({ entId }) => entId)]).toEqual([
      [],
      users.filter(({ entId }) => /ent-old/.test(entId)).map(({ entId }) => entId),
    ]);
  });
});

describe('PRV-5: families', () => {
  const child = account('c');
  const relative = (linkedChildIds: string[]) =>
    account('r', { profile: 'RELATIVE', linkedChildIds });
  const parent = (childEntIds: string[]) => user('r', { profile: 'RELATIVE', childEntIds });

  test.each<[string, string[], string[], object | undefined]>([
    ['a link that is gone', ['c'], [], { lostChildIds: ['c'], extraChildIds: [] }],
    ['a link too many', [], ['ent-c'], { lostChildIds: [], extraChildIds: ['c'] }],
    ['no link alike', ['c'], ['ent-c'], undefined],
    ['no child that others made', [], ['ent-x'], undefined],
  ])('finds %s', (_what, booked, there, expected) => {
    const { links } = compareSchool(uai, [child, relative(booked)], [user('c'), parent(there)]);
    expect(links[0]).toEqual(expected && expect.objectContaining(expected));
  });

  test('does not tell twice of a child that is missing', () => {
    expect(found([child, relative(['c'])], [parent([])])).toEqual({ missing: ['c'] });
  });
});
