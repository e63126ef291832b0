import { localDate } from '#libs/time';
import { type Findings, heldUntilOf, judgeProof, unexpectedIn } from './judge-proof.js';

const nothing: Findings = {
  leftOn: localDate('2022-10-03'),
  erasedOnTheWall: localDate('2022-12-22'),
  todayOnTheWall: localDate('2023-01-10'),
  today: localDate('2023-01-10'),
  services: [{ service: 'metering', tables: 30, unread: [], traces: [] }],
  accounts: [],
  logged: { partition: 2, states: 0 },
};
const trace = { place: 'public.t.id', rows: 3, because: '', until: '' };
const service = (of: object) => ({
  services: [{ service: 'metering', tables: 30, unread: [], traces: [], ...of }],
});
const gone = {
  ...{ isDeleted: true, closingEndsOn: undefined, hasSourceKey: false, hasLogin: false },
  ...{ ent: 'ABSENT', entPurgedBy: undefined, queued: false },
  ...{ lettersPrinted: 0, lastLetterOn: undefined },
} as const;
type Account = Findings['accounts'][number];
const account = (of: Partial<Account>) => ({ accounts: [{ ...gone, ...of } as Account] });
const closing = { isDeleted: false, closingEndsOn: localDate('2023-01-11') };

const on = (day: string) => ({ today: localDate(day), todayOnTheWall: localDate(day) });

const judged = (of: Partial<Findings>) =>
  judgeProof({ ...nothing, ...of })
    .filter(({ system }) => system !== 'logs')
    .map(({ system, place, verdict, until }) =>
      [system, place, verdict, until].filter((text) => text !== '').join(' '),
    );

test('SUP-4: where nothing is left, each place says so, and backups say until when', () => {
  expect(judged(account({}))).toEqual([
    'metering NOTHING',
    'ent NOTHING',
    'letters NOTHING',
    'kafka directory.person.v1/2 NOTHING',
    'backups ALLOWED 2023-03-23',
  ]);
  expect(unexpectedIn(judgeProof({ ...nothing, ...account({}) }))).toBe(0);
  expect(judged({ todayOnTheWall: localDate('2023-03-24') })).toContain('backups NOTHING');
});

test.each<[string, Partial<Findings>, string]>([
  ['no rule', service({ traces: [trace] }), 'metering public.t.id UNEXPECTED'],
  [
    'a rule whose day is today',
    service({ traces: [{ ...trace, because: 'Règle.', until: '2023-01-10' }] }),
    'metering public.t.id ALLOWED 2023-01-10',
  ],
  [
    'a rule whose day is past',
    service({ traces: [{ ...trace, because: 'Règle.', until: '2023-01-09' }] }),
    'metering public.t.id UNEXPECTED 2023-01-09',
  ],
  ['a table that was not read', service({ unread: ['public.t'] }), 'metering public.t UNREAD'],
  [
    'a login in the closing path',
    account({ ...closing, hasLogin: true, hasSourceKey: true }),
    'provisioning public.account (source_key, login) ALLOWED 2023-01-11',
  ],
  [
    'a login behind the closing path',
    account({ ...closing, closingEndsOn: localDate('2023-01-09'), hasLogin: true }),
    'provisioning public.account (login) UNEXPECTED',
  ],
  [
    'a source key of an account that is deleted',
    account({ hasSourceKey: true }),
    'provisioning public.account (source_key) UNEXPECTED',
  ],
  [
    'an account that nobody closes',
    account({ isDeleted: false }),
    'provisioning public.account UNEXPECTED',
  ],
  ['a job', account({ queued: true }), 'redis ent-accounts ALLOWED'],
  ['an ENT that does not answer', account({ ent: 'UNKNOWN' }), 'ent UNREAD'],
  ['a user of the ENT', account({ ent: 'PRESENT' }), 'ent UNEXPECTED'],
  [
    'a user of the ENT in the closing path',
    account({ ...closing, ent: 'PRESENT' }),
    'ent ALLOWED 2023-01-11',
  ],
  [
    'the trash of the ENT',
    {
      ...account({ ent: 'PRE_DELETED', entPurgedBy: localDate('2022-12-28') }),
      ...on('2022-12-28'),
    },
    'ent corbeille ALLOWED 2022-12-28',
  ],
  [
    'the trash of the ENT that is emptied too late for the law',
    {
      ...account({ ent: 'PRE_DELETED', entPurgedBy: localDate('2023-04-01') }),
      ...on('2023-01-03'),
    },
    'ent corbeille ALLOWED 2023-01-03',
  ],
  [
    'the trash of the ENT that should have been emptied',
    {
      ...account({ ent: 'PRE_DELETED', entPurgedBy: localDate('2022-12-28') }),
      ...on('2022-12-29'),
    },
    'ent corbeille UNEXPECTED 2022-12-28',
  ],
  [
    'the trash of the ENT after the three months of the law, whatever its delay',
    {
      ...account({ ent: 'PRE_DELETED', entPurgedBy: localDate('2023-04-01') }),
      ...on('2023-01-04'),
    },
    'ent corbeille UNEXPECTED 2023-01-03',
  ],
  [
    'a state that Kafka still has its time for',
    { logged: { partition: 2, states: 1 }, todayOnTheWall: localDate('2022-12-31') },
    'kafka directory.person.v1/2 ALLOWED 2022-12-31',
  ],
  [
    'a state that Kafka should have compacted',
    { logged: { partition: 2, states: 1 }, todayOnTheWall: localDate('2023-01-01') },
    'kafka directory.person.v1/2 UNEXPECTED 2022-12-31',
  ],
])('SUP-4: %s is judged by its day', (_name, of, expected) => {
  const places = judgeProof({ ...nothing, ...of });
  expect(judged(of)).toContain(expected);
  expect(unexpectedIn(places)).toBe(/UNEXPECTED|UNREAD/.test(expected) ? 1 : 0);
});

test('SUP-4: letters are counted by the journal; what nobody looked through is not called looked through', () => {
  const of = account({ lettersPrinted: 2, lastLetterOn: localDate('2022-09-12') });
  const two = { ...of, accounts: [...of.accounts, { ...of.accounts[0]!, lettersPrinted: 1 }] };
  const placeOf = (system: string) =>
    judgeProof({ ...nothing, ...two }).find((one) => one.system === system);
  expect(placeOf('letters')).toMatchObject({
    ...{ verdict: 'ALLOWED', rows: 3 },
    words: expect.stringMatching(
      /^3 lettres imprimées, la dernière le 12 septembre 2022 : sur papier/,
    ),
  });
  expect(placeOf('logs')).toMatchObject({
    verdict: 'BY_DESIGN',
    words: expect.stringContaining('ne sont pas lus ici'),
  });
  expect(unexpectedIn(judgeProof({ ...nothing, ...two }))).toBe(0);
});

test('SUP-4: who may mend what was not read is told: the clock, or whoever restored', () => {
  const kept = 'ent_metering_before_20261129t050257616';
  const { unread } = { unread: ['public.t', kept] };
  const words = judgeProof({ ...nothing, ...service({ unread }) }).flatMap(({ verdict, words }) =>
    verdict === 'UNREAD' ? [words] : [],
  );
  expect(words).toEqual([
    expect.stringContaining('heures creuses'),
    expect.stringContaining('backup drop-old'),
  ]);
});

test('SUP-4: a trash that keeps beyond the three months of the law says whom to ask', () => {
  const words = (entPurgedBy: string | undefined) =>
    judgeProof({
      ...nothing,
      ...account({
        ent: 'PRE_DELETED',
        entPurgedBy: entPurgedBy === undefined ? undefined : localDate(entPurgedBy),
      }),
    }).find(({ system }) => system === 'ent')!.words;
  expect(words('2023-01-03')).not.toContain('dépasse');
  expect(words('2023-01-04')).toContain('dépasse');
  expect(words(undefined)).toContain('dépasse');
});

test('SUP-4: a proof that allowed something until a day is asked for again after it', () => {
  const heldUntil = (of: Partial<Findings>) => heldUntilOf(judgeProof({ ...nothing, ...of }));
  const inTrash = account({ ent: 'PRE_DELETED', entPurgedBy: localDate('2022-12-28') });
  expect(heldUntil(account({}))).toBeUndefined();
  expect(heldUntil({ ...inTrash, ...on('2022-12-27') })).toBe('2022-12-28');
  const logged = { partition: 2, states: 1 };
  expect(heldUntil({ ...inTrash, ...on('2022-12-27'), logged })).toBe('2022-12-28');
  expect(heldUntil({ ...on('2022-12-31'), logged })).toBe('2022-12-31');
});
