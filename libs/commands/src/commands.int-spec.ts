import { type Caller, NotVisible } from '#libs/identity';
import { PgBusinessDate } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { freshDatabase, type FreshDatabase, callerOf } from '#libs/testing';
import { type Command, Commands } from './commands.js';

class TooFew extends defineProblem('TOO_FEW', 'conflict') {}
class Away extends defineProblem('AWAY', 'unavailable') {}

let fresh: FreshDatabase;
let commands: Commands;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  commands = new Commands(fresh.unitOfWork, new PgBusinessDate(fresh.database));
});
afterAll(() => fresh?.drop());
beforeEach(async () => {
  await fresh.asOwner('delete from platform.business_day');
  await fresh.asOwner("insert into platform.business_day (day) values ('2022-09-01')");
});

const orderer = callerOf({
  ...{ userId: 'u-1', organisationId: 'org-1', roles: ['member-orderer'] },
});
type Over = Partial<Command<unknown>> & { request?: object; caller?: Caller };
/** What is asked, by which key, and who asks. */
const asked = (key: string | undefined, { request, caller, ...over }: Over = {}) =>
  [
    {
      operation: 'PlanMeeting',
      action: 'meeting.planned',
      subject: `meeting:${key ?? 'none'}`,
      ...over,
    },
    {
      ...(request ?? { place: 'Nantes' }),
      caller: caller ?? orderer,
      ...(key === undefined ? {} : { idempotencyKey: key }),
    },
  ] as const;
const run = <T>(
  key: string | undefined,
  decide: (tx: Transaction, today: string) => Promise<T>,
  over?: Over,
): Promise<T> => {
  const [command, request] = asked(key, over);
  return commands.run(command as Command<T>, request, decide);
};
/** Something that a decision writes beside its answer. */
const write = (tx: Transaction, actor: string) =>
  tx.query(
    `insert into platform.audit_entry (actor, action, subject, details) values ($1, 'meeting.cancelled', 'work', '{}')`,
    [actor],
  );
const entriesOf = async (subject: string) =>
  (
    await fresh.database.query(
      `select action, actor, on_behalf_of as "onBehalfOf", carrier, business_date as day, rests_on as "restsOn", details
         from platform.audit_entry where subject = $1 order by id`,
      [subject],
    )
  ).rows;
const keysOf = async (key: string) =>
  (await fresh.database.query('select from platform.idempotent_answer where key = $1', [key]))
    .rowCount;
const written = async (actor: string) =>
  (await entriesOf('work')).filter((entry) => entry.actor === actor).length;

test('a command runs once on the service’s day, and its first answer comes again', async () => {
  let runs = 0;
  const decide = (_tx: Transaction, today: string) => Promise.resolve({ today, run: (runs += 1) });
  const first = await run('once', decide);
  expect(first).toEqual({ today: '2022-09-01', run: 1 });
  await fresh.database.query("select platform.begin_day('2022-09-02')");
  expect(await run('once', decide)).toEqual(first);
  expect(await entriesOf('meeting:once')).toEqual([
    {
      ...{ action: 'meeting.planned', actor: 'u-1', onBehalfOf: null, carrier: null },
      day: '2022-09-01',
      ...{ restsOn: null, details: { place: 'Nantes' } },
    },
  ]);
});

test('what it is about may be known only once it is done, and what it rests on is named', async () => {
  const about = {
    subject: (answer: unknown) => `meeting:${String(answer)}` as const,
    restsOn: 'document-1',
  };
  await run('made', () => Promise.resolve('made-1'), about);
  expect(await entriesOf('meeting:made-1')).toMatchObject([{ restsOn: 'document-1' }]);
});

test('a refusal undoes the work, leaves its answer and one entry, and is given again', async () => {
  let runs = 0;
  const decide = async (tx: Transaction) => {
    runs += 1;
    await write(tx, 'refused');
    throw new TooFew('Il en manque.', { missing: 3 });
  };
  const again = () => run('refused', decide);
  for (const attempt of [again, again]) {
    await expect(attempt()).rejects.toMatchObject({
      ...{ code: 'TOO_FEW', message: 'Il en manque.', details: { missing: 3 } },
    });
  }
  expect([runs, await written('refused')]).toEqual([1, 0]);
  expect(await entriesOf('meeting:refused')).toMatchObject([
    {
      action: 'meeting.planned.refused',
      details: { missing: 3, place: 'Nantes', code: 'TOO_FEW' },
    },
  ]);
});

test('what the decision has read behind its lock stands in the entry of the refusal', async () => {
  let letter = '';
  const attempt = {
    ...{ operation: 'AcceptApplication', action: 'membership.accepted' as const },
    ...{ request: {}, caller: orderer },
    refused: () => ({ subject: 'membership:read' as const, restsOn: letter }),
  };
  const decided = commands.attempt(attempt, () => {
    letter = '1A 234';
    return Promise.reject(new TooFew('Incomplet.'));
  });
  await expect(decided).rejects.toMatchObject({ code: 'TOO_FEW' });
  expect(await entriesOf('membership:read')).toMatchObject([{ restsOn: '1A 234' }]);
});

test('without a key it runs each time, keeps no answer, and each refusal leaves an entry', async () => {
  let runs = 0;
  const decide = () => ((runs += 1), Promise.reject(new TooFew('Il en manque.')));
  for (const _ of [1, 2]) {
    await expect(run(undefined, decide)).rejects.toMatchObject({
      code: 'TOO_FEW',
    });
  }
  expect([runs, (await entriesOf('meeting:none')).length, await keysOf('')]).toEqual([2, 2, 0]);
});

test.each([undefined, 'scratch'])(
  'scratch work that is refused leaves nothing at all, and is judged anew (key %s)',
  async (idempotencyKey) => {
    const scratch = {
      ...{ operation: 'ChangeDraft', action: 'draft.changed' as const, request: {} },
      ...{ caller: orderer, ...(idempotencyKey ? { idempotencyKey } : {}) },
    };
    const actor = `scratch ${idempotencyKey}`;
    const refusal = new TooFew('Il en manque.');
    const entries = async () =>
      (await fresh.database.query('select count(*) from platform.audit_entry')).rows;
    const before = await entries();
    const refuse = async (tx: Transaction) => {
      await write(tx, actor);
      throw refusal;
    };
    for (const _ of [1, 2]) {
      await expect(commands.attempt(scratch, refuse)).rejects.toBe(refusal);
    }
    expect([await entries(), await keysOf('scratch')]).toEqual([before, 0]);
    const subject = `draft:${actor}` as const;
    const changed = commands.attempt(
      scratch,
      (_tx, today) => Promise.resolve(today),
      (today) => ({ subject, restsOn: 'draft-1', details: { today } }),
    );
    expect(await changed).toBe('2022-09-01');
    expect(await entriesOf(subject)).toEqual([
      {
        ...{ action: 'draft.changed', actor: 'u-1', onBehalfOf: null, carrier: null },
        day: '2022-09-01',
        ...{ restsOn: 'draft-1', details: { today: '2022-09-01' } },
      },
    ]);
  },
);

test.each([
  ['the caller may not see', new NotVisible()],
  ['another service could not answer', new Away('Réessayez plus tard.')],
  ['failed', new RangeError('a fault of ours')],
])('what %s leaves nothing at all, and the same key works afterwards', async (what, error) => {
  const key = `nothing ${what}`;
  const decide = async (tx: Transaction) => {
    await write(tx, key);
    throw error;
  };
  await expect(run(key, decide)).rejects.toBe(error);
  expect([await keysOf(key), await written(key), await entriesOf(`meeting:${key}`)]).toEqual([
    ...[0, 0, []],
  ]);
  expect(await run(key, () => Promise.resolve('done'))).toBe('done');
});

test('a dry run takes no key and leaves no entry, whether it is refused or not', async () => {
  const dry = {
    ...{ operation: 'PlanMeeting', action: 'meeting.planned' as const, request: {} },
    ...{ caller: orderer, idempotencyKey: 'dry', dryRun: true },
    refused: { subject: 'meeting:dry' as const },
  };
  expect(await commands.attempt(dry, (_tx, today) => Promise.resolve(today))).toBe('2022-09-01');
  const refusal = new TooFew('Il en manque.');
  await expect(commands.attempt(dry, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect([await keysOf('dry'), await entriesOf('meeting:dry')]).toEqual([0, []]);
});

test('what a decision journals is about what its refusal would be, unless it says otherwise', async () => {
  const attempt = {
    ...({
      operation: 'AcceptApplication',
      action: 'membership.accepted',
      caller: orderer,
    } as const),
    ...{
      request: {},
      refused: { subject: 'membership:told' as const, restsOn: 'letter', details: { no: 1 } },
    },
  };
  await commands.attempt(attempt, async (_tx, _today, journal) => {
    await journal({ details: { yes: 1 } });
    const other = { subject: 'membership:other' as const, restsOn: undefined, onBehalfOf: 'org-2' };
    await journal({ ...other, action: 'membership.refused' });
  });
  const who = { actor: 'u-1', carrier: null, day: '2022-09-01' };
  expect(await entriesOf('membership:told')).toEqual([
    {
      ...{ ...who, action: 'membership.accepted', onBehalfOf: null },
      ...{ restsOn: 'letter', details: { yes: 1 } },
    },
  ]);
  expect(await entriesOf('membership:other')).toEqual([
    { ...who, action: 'membership.refused', onBehalfOf: 'org-2', restsOn: null, details: {} },
  ]);
});

test('the same key with another request is refused; of another organisation it is another key', async () => {
  const answer = (what: string) => () => Promise.resolve(what);
  await run('shared', answer('first'));
  const other = { request: { place: 'Angers' } };
  await expect(run('shared', answer('second'), other)).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  const caller = { ...orderer, organisationId: 'org-2' };
  expect(await run('shared', answer('theirs'), { caller })).toBe('theirs');
});

test('the journal says who carried it, in entries of the frame and of the work itself, and of nobody else', async () => {
  const caller = { ...orderer, carrier: 'console' };
  const carriers = async (subject: string) =>
    (await entriesOf(subject)).map(({ actor, carrier }) => [actor, carrier]);
  const decide = async (tx: Transaction) => {
    await audit(tx, { action: 'meeting.planned', subject: 'work:carried', actor: 'u-1' });
  };
  await run('carried', decide, { caller });
  await run(undefined, decide, { caller, subject: 'meeting:carried without a key' });
  const refuse = run('refused to him', () => Promise.reject(new TooFew('Peu.')), { caller });
  await expect(refuse).rejects.toMatchObject({ code: 'TOO_FEW' });
  await fresh.unitOfWork.run(decide);
  const his = ['u-1', 'console'];
  expect(await carriers('work:carried')).toEqual([his, his, ['u-1', null]]);
  expect(await carriers('meeting:carried')).toEqual([his]);
  expect(await carriers('meeting:carried without a key')).toEqual([his]);
  expect(await carriers('meeting:refused to him')).toEqual([his]);
});

test('whoever acts for no organisation holds keys of his own', async () => {
  const { organisationId: _, ...visitor } = orderer;
  await run('acting', () => Promise.resolve('u-1'), { caller: visitor });
  expect(await entriesOf('meeting:acting')).toMatchObject([{ actor: 'u-1', onBehalfOf: null }]);
  const another = { ...visitor, userId: 'u-8' };
  const second = run('acting', () => Promise.resolve('u-8'), { caller: another });
  expect(await second).toBe('u-8');
});

test('twenty at once with one key decide once', async () => {
  let runs = 0;
  const decide = () => Promise.resolve({ run: (runs += 1) });
  const answers = await Promise.all(Array.from({ length: 20 }, () => run('at once', decide)));
  expect([runs, new Set(answers.map(({ run }) => run))]).toEqual([1, new Set([1])]);
  expect(await entriesOf('meeting:at once')).toHaveLength(1);
});

test('before the first day nothing is decided, and nothing is left', async () => {
  await fresh.asOwner('delete from platform.business_day');
  const decide = () => Promise.resolve('never');
  await expect(run('early', decide)).rejects.toMatchObject({
    kind: 'unavailable',
  });
  await expect(run(undefined, decide)).rejects.toMatchObject({
    kind: 'unavailable',
  });
  expect(await keysOf('early')).toBe(0);
});
