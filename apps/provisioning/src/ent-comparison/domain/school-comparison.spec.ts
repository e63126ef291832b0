import {
  type BookedAccount,
  compareSchool as compareBy,
  isAlike,
  type SeenUser,
} from './school-comparison.js';

const uai = '0440001A';
const person = { firstName: 'Léa', lastName: 'Le Goff', birthDate: '2014-03-02' };

/** `class-2` is ours as well; any other is of somebody else. */
const compareSchool = (
  of: string,
  accounts: readonly BookedAccount[],
  users: readonly SeenUser[],
) =>
  compareBy(
    of,
    accounts,
    users,
    new Map([
      ['class-1', 'CP'],
      ['class-2', 'class-2'],
    ]),
  );

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
    isRejected: false,
    isToldBlocked: false,
    ...{ wasUsed: false, isActive: false },
    person,
    linkedChildIds: [],
  },
  ...{ holdsSeat: true, isNamed: true, hasLateKey: false },
  ...changed,
});
const user = (externalId: string, changed: Partial<SeenUser> = {}): SeenUser => ({
  ...person,
  ...{ externalId, entId: `ent-${externalId}`, isOfOurForm: true, login: 'lea.legoff' },
  ...{
    profile: 'STUDENT',
    isBlocked: false,
    isActivated: false,
    isFed: false,
    isMadeByHand: true,
    childEntIds: [],
  },
  classes: [{ entId: 'class-1', label: 'CP' }],
  ...changed,
});
/** Identifiers of what was found, kind by kind. */
function found(accounts: readonly BookedAccount[], users: readonly SeenUser[]) {
  const { missing, unknown, ...rest } = compareSchool(uai, accounts, users);
  const { renumbered, back, blocks, places, named, links, adoptable, strays, duplicates } = rest;
  const pairs = {
    ...{ renumbered, back, blocks, places, named, links, adoptable, strays },
    duplicates: duplicates.map((pair) => ({ ...pair, account: { accountId: pair.user.entId } })),
  };
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

test('PRV-5: finds exchanged identifiers, of another school too, and an identifier of nobody', () => {
  const [a, b, c] = [account('a'), account('b', { uai: '0440002B' }), account('c')];
  const { exchanged, misnamed } = compareSchool(
    uai,
    [a, b, c],
    [user('b', { entId: 'ent-a' }), user('x', { entId: 'ent-c' })],
  );
  expect(exchanged).toMatchObject([{ account: { accountId: 'a' }, other: { accountId: 'b' } }]);
  expect(misnamed).toMatchObject([{ account: { accountId: 'c' } }]);
});

test('PRV-5: finds nothing where both sides are alike', () => {
  expect(found([account('a')], [user('a')])).toEqual({});
});

/** What a plan holds of `a`: its closing, of which the ENT was not told. */
const heldClosing = (changed: Partial<BookedAccount> = {}) =>
  account('a', { isAtWork: true, isHeld: true, mustBeBlocked: true, isOpen: false, ...changed });
test.each<[string, BookedAccount, SeenUser[], string[]]>([
  ['nothing of who is there as it was told', heldClosing(), [user('a')], []],
  ['whom the ENT has lost meanwhile', heldClosing(), [], ['MISSING']],
  [
    'a refused one that was blocked by hand',
    heldClosing({ isRejected: true }),
    [user('a', { isBlocked: true })],
    ['BLOCK'],
  ],
  ['who was blocked there by hand', heldClosing(), [user('a', { isBlocked: true })], ['BLOCK']],
  ['who has another identifier', heldClosing(), [user('a', { entId: 'x' })], ['RENUMBERED']],
  [
    'who waits to be moved, and was moved by hand',
    heldClosing({ isOpen: true, mustBeBlocked: false }),
    [user('a', { classes: [] })],
    ['PLACE'],
  ],
  [
    'who is to be blocked on a word, and was by hand',
    heldClosing({ isToldBlocked: false }),
    [user('a', { isBlocked: true })],
    ['BLOCK'],
  ],
  [
    'who was let in by hand though it was told to be blocked',
    heldClosing({ isOpen: true, mustBeBlocked: false, isToldBlocked: true }),
    [user('a')],
    ['BLOCK'],
  ],
  ['nobody who is only being told', account('a', { isAtWork: true }), [], []],
])('PRV-8: of who waits for a person’s word tells %s', (_what, held, users, kinds) => {
  const { waiting, ...rest } = compareSchool(uai, [held], users);
  expect(waiting.map(({ kind }) => kind)).toEqual(kinds);
  expect([rest.missing, rest.blocks, rest.places, rest.renumbered]).toEqual([[], [], [], []]);
});

test('PRV-8, PRV-5: who is lost in the ENT is missing though what it was to be told was refused: no word is awaited any more', () => {
  const { waiting, missing } = compareSchool(uai, [heldClosing({ isRejected: true })], []);
  expect([waiting, missing.map(({ accountId }) => accountId)]).toEqual([[], ['a']]);
});

test('PRV-8, PRV-5: who was shut out by hand and may come in is let in, though its name or its move waits for a word', () => {
  const waits = heldClosing({ isOpen: true, mustBeBlocked: false });
  for (const held of [waits, { ...waits, isRejected: true }]) {
    const { waiting, blocks } = compareSchool(
      uai,
      [held],
      [user('a', { isBlocked: true, classes: [] })],
    );
    expect(blocks.map(({ account: { accountId } }) => accountId)).toEqual(['a']);
    expect(waiting.map(({ kind }) => kind)).toEqual(['PLACE']);
  }
});

test('PRV-8, PRV-5: who is suspended and was let in by hand is blocked again, though its name or its move waits for a word', () => {
  const suspended = heldClosing({ isOpen: true, isToldBlocked: true });
  for (const held of [suspended, { ...suspended, isRejected: true }]) {
    const { waiting, blocks } = compareSchool(uai, [held], [user('a')]);
    expect(blocks.map(({ account: { accountId } }) => accountId)).toEqual(['a']);
    expect(waiting).toEqual([]);
  }
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

const inClasses = (...ids: string[]) => ({
  classes: ids.map((entId) => ({ entId, label: entId })),
});
const elsewhere = { uai: '0440002B', places: [{ uai: '0440002B', label: 'CM1', classId: 'far' }] };
const ofParent = { profile: 'RELATIVE', linkedChildIds: ['a'] };
test.each<[string, BookedAccount[], SeenUser[], object]>([
  [
    'who was put into a further class of ours',
    [account('a')],
    [user('a', inClasses('class-1', 'class-2'))],
    { places: ['a'] },
  ],
  [
    'nobody in a further class that others made',
    [account('a')],
    [user('a', inClasses('class-1', 'club'))],
    {},
  ],
  [
    'no further class of who is not open',
    [account('a', { isOpen: false, mustBeBlocked: null })],
    [user('a', inClasses('class-1', 'class-2'))],
    {},
  ],
  [
    'nobody who is being moved',
    [account('a', { isAtWork: true })],
    [user('a', inClasses('class-1', 'class-2'))],
    {},
  ],
  [
    'who is of another school, and was put into a class of this one',
    [account('a', elsewhere)],
    [user('a', inClasses('far', 'class-2'))],
    { places: ['a'] },
  ],
  [
    'who is of another school, and was put into this one',
    [account('a', elsewhere)],
    [user('a', inClasses('far'))],
    { strays: ['a'] },
  ],
  [
    'nobody whom its own school finds to be elsewhere',
    [account('a', elsewhere)],
    [user('a', inClasses('class-2'))],
    {},
  ],
  [
    'nobody of another school who has a class in this one, too',
    [
      account('a', {
        ...elsewhere,
        places: [...elsewhere.places, { uai, label: 'CP', classId: 'class-1' }],
      }),
    ],
    [user('a', inClasses('far', 'class-1'))],
    {},
  ],
  [
    'no guardian whom the ENT has brought to a child',
    [account('a'), account('p', { ...ofParent, places: [] })],
    [user('a'), user('p', { ...ofParent, childEntIds: ['ent-a'], ...inClasses('class-1') })],
    {},
  ],
  [
    'a guardian in a class where no child of it is',
    [account('a'), account('p', { ...ofParent, places: [] })],
    [user('a'), user('p', { ...ofParent, childEntIds: ['ent-a'], ...inClasses('class-2') })],
    { places: ['p'] },
  ],
])('PRV-5: where nobody has put them, finds %s', (_what, accounts, users, expected) => {
  expect(found(accounts, users)).toEqual(expected);
});

const byHand = (entId: string, changed: Partial<SeenUser> = {}) =>
  user('3f0c5e1e-0000-4000-8000-000000000000', { entId, isOfOurForm: false, ...changed });
test.each<[string, BookedAccount[], SeenUser[], object]>([
  [
    'whom somebody made by hand of the same names and birth date',
    [account('a')],
    [user('a'), byHand('x', { lastName: 'LEGOFF' })],
    { duplicates: ['x'] },
  ],
  [
    'of a person who has but a further class here',
    [account('a', { ...elsewhere, places: [{ uai, label: 'CP', classId: 'class-1' }] })],
    [user('a'), byHand('x')],
    { duplicates: ['x'] },
  ],
  [
    'of a guardian by a child of both',
    [account('a'), account('p', { ...ofParent, person: { ...person, birthDate: '' } })],
    [
      user('a'),
      user('p', { ...ofParent, birthDate: '', childEntIds: ['ent-a'] }),
      byHand('x', { ...ofParent, birthDate: '', childEntIds: ['ent-a'] }),
    ],
    { duplicates: ['x'] },
  ],
  [
    'nobody of another birth date',
    [account('a')],
    [user('a'), byHand('x', { birthDate: '2013-01-01' })],
    {},
  ],
  ['nobody of another profile', [account('a')], [user('a'), byHand('x', { profile: 'GUEST' })], {}],
  [
    'nobody where two people could be meant',
    [account('a'), account('b')],
    [user('a'), user('b'), byHand('x')],
    {},
  ],
  [
    'nobody whose own user is not there',
    [account('a', { entId: null, awaitsUser: true, isAtWork: true })],
    [byHand('x')],
    {},
  ],
  [
    'who bears the name that an account had before, and is never taken for its user',
    [account('a', { externalId: 'NANTES-1' })],
    [user('NANTES-1', { entId: 'ent-a' }), user('a', { entId: 'x' })],
    { duplicates: ['x'] },
  ],
])('PRV-5: of a second user finds %s', (_what, accounts, users, expected) => {
  expect(found(accounts, users)).toEqual(expected);
});

test('PRV-5: a user created by hand is listed with our classes alone; second, fed and classless users are not', () => {
  const classes = [
    { entId: 'class-2', label: 'Club' },
    { entId: 'class-1', label: 'CP' },
  ];
  const other = { lastName: 'Autre', classes };
  const users = [
    byHand('x', other),
    byHand('second'),
    byHand('fed', { ...other, isMadeByHand: false, isFed: true }),
    byHand('club', { ...other, classes: classes.slice(0, 1) }),
  ];
  const ours = new Map([['class-1', 'CP']]);
  const { handMade } = compareBy(uai, [account('a')], [user('a'), ...users], ours);
  expect(handMade.map((each) => [each.entId, each.classes])).toEqual([
    ['x', [{ entId: 'class-1', label: 'CP' }]],
  ]);
});

test('PRV-5: a second user that is blocked, or that an academy feeds, asks for no longer look', () => {
  const isSame = (second: SeenUser) =>
    isAlike(compareSchool(uai, [account('a')], [user('a'), second]));
  expect(
    [byHand('x'), byHand('x', { isFed: true }), byHand('x', { isBlocked: true })].map(isSame),
  ).toEqual([false, true, true]);
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

  test('finds a link that is gone of a guardian of another school, where its child is, and no link too many there', () => {
    const guardian = { ...relative(['c']), uai: '0440002B' };
    const other = account('o');
    const { links } = compareSchool(
      uai,
      [child, other, guardian],
      [user('c'), user('o'), parent(['ent-o'])],
    );
    expect(links).toEqual([
      expect.objectContaining({ account: guardian, lostChildIds: ['c'], extraChildIds: [] }),
    ]);
    expect(compareSchool(uai, [child, guardian], [user('c'), parent(['ent-c'])]).links).toEqual([]);
    const atWork = { ...guardian, isAtWork: true };
    expect(compareSchool(uai, [child, atWork], [user('c'), parent([])]).links).toEqual([]);
  });

  test('does not tell twice of a child that is missing', () => {
    expect(found([child, relative(['c'])], [parent([])])).toEqual({ missing: ['c'] });
  });
});
