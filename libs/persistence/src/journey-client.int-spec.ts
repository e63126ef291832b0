import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  commitBehind,
  audit,
  copyIn,
  Database,
  leaveInFlight,
  together,
  type Transaction,
  UnitOfWork,
} from './index.js';
import { JourneyClient } from './journey-client.js';

/** Goal: statements under way together have the answers, and the failures, that each alone would have. Method: a real server, heard at the socket. */
let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  // A place of each test's own for its rows, which the libraries' tables are not.
  await fresh.allowTemporary();
});
afterAll(() => fresh?.drop());

const entriesAbout = async (subject: string) =>
  (
    await fresh.database.query(
      'select action, details from platform.audit_entry where subject = $1 order by id',
      [`draft:${subject}`],
    )
  ).rows;

const note = (subject: string) => (tx: Transaction) =>
  audit(tx, { actor: 'u1', action: 'draft.changed', subject: `draft:${subject}` });
const noteOf = (subject: string) => ({
  text: "insert into platform.audit_entry (actor, action, subject) values ('u1', 'draft.changed', $1)",
  values: [`draft:${subject}`],
});
const fail = () => {
  throw new RangeError('not to be encoded');
};
const broken = { text: "select 'not a number'::int" };
const brokenBy = (tx: Transaction) => tx.query(broken);

test('a write left in flight is kept with the transaction', async () => {
  await fresh.unitOfWork.run((tx) => leaveInFlight(tx, noteOf('in flight')));
  expect(await entriesAbout('in flight')).toHaveLength(1);
});

test('a write left in flight that fails undoes the transaction, and is what is thrown', async () => {
  const work = async (tx: Transaction) => {
    await note('undone')(tx);
    await leaveInFlight(tx, broken);
    return 'done';
  };
  await expect(fresh.unitOfWork.run(work)).rejects.toMatchObject({ code: '22P02' });
  const withMoreBehind = async (tx: Transaction) => {
    await work(tx);
    await note('undone')(tx);
  };
  await expect(fresh.unitOfWork.run(withMoreBehind)).rejects.toMatchObject({ code: '22P02' });
  expect(await entriesAbout('undone')).toEqual([]);
});

test.each([
  ['it cannot encode', { text: 'select $1::text', values: [{ toPostgres: () => fail() }] }],
  ['its name is another statement’s', { name: 'audit', text: 'select 1' }],
])('a write that the driver never sends, since %s, is not committed without', async (_, unsent) => {
  await fresh.unitOfWork.run(note('named'));
  const work = async (tx: Transaction) => {
    await leaveInFlight(tx, noteOf('without'));
    await leaveInFlight(tx, unsent);
  };
  for (let time = 0; time < 20; time += 1) await fresh.unitOfWork.run(work).catch(() => undefined);
  await expect(fresh.unitOfWork.run(work)).rejects.toThrow();
  expect(await entriesAbout('without')).toEqual([]);
});

test('behind a write that the driver never sends nothing of the same turn is carried out', async () => {
  const unsent = { text: 'select $1::text', values: [{ toPostgres: () => fail() }] };
  const work = async (tx: Transaction) => {
    void leaveInFlight(tx, unsent);
    // A text without values has an answer of its own, so the commit would travel by itself.
    await tx.query('select 1').catch(() => undefined);
    await note('behind the unsent')(tx).catch(() => undefined);
  };
  await expect(fresh.unitOfWork.run(work)).rejects.toThrow('not to be encoded');
  const inOneTurn = (tx: Transaction) => {
    void leaveInFlight(tx, noteOf('in one turn'));
    void leaveInFlight(tx, unsent);
    void leaveInFlight(tx, { text: 'select 1' });
    return Promise.resolve();
  };
  await expect(fresh.unitOfWork.run(inOneTurn)).rejects.toThrow('not to be encoded');
  expect(await entriesAbout('behind the unsent')).toEqual([]);
  expect(await entriesAbout('in one turn')).toEqual([]);
});

/** How often the server said so in a transaction, its end included. */
async function heard(what: string, work: (tx: Transaction) => Promise<unknown>): Promise<number> {
  let times = 0;
  const count = () => (times += 1);
  const connections: NodeJS.EventEmitter[] = [];
  await fresh.unitOfWork.run((tx) => {
    const { connection } = tx as unknown as { connection: NodeJS.EventEmitter };
    connections.push(connection.on(what, count));
    return work(tx);
  });
  for (const connection of connections) connection.off(what, count);
  return times;
}

test('statements of one turn have one answer of the server', async () => {
  const number = (tx: Transaction, value: number) => tx.query('select $1::int as value', [value]);
  const work = (tx: Transaction) => together(number(tx, 1), number(tx, 2), note('one turn')(tx));
  // One with begin, one with the commit.
  expect(await heard('readyForQuery', work)).toBe(2);
  const [one, two] = await fresh.unitOfWork.run(work);
  expect([one.rows, two.rows]).toEqual([[{ value: 1 }], [{ value: 2 }]]);
});

test('a commit that travels behind the last statements has no answer of its own, and keeps all or nothing', async () => {
  const work = (tx: Transaction) => {
    const kept = note('commit behind')(tx);
    commitBehind(tx);
    return kept;
  };
  expect(await heard('readyForQuery', work)).toBe(1);
  expect(await entriesAbout('commit behind')).toHaveLength(1);
  for (const failing of [broken, { text: 'select $1::text', values: [{ toPostgres: fail }] }]) {
    const inVain = (tx: Transaction) => {
      const sent = [note('in vain')(tx), tx.query(failing)] as const;
      commitBehind(tx);
      return together(...sent);
    };
    await expect(fresh.unitOfWork.run(inVain)).rejects.toThrow();
  }
  expect(await entriesAbout('in vain')).toEqual([]);
  // The connections go on.
  await fresh.unitOfWork.run(work);
  expect(await entriesAbout('commit behind')).toHaveLength(2);
});

test('what a deferred trigger refuses is refused, in a transaction or without one', async () => {
  await fresh.asOwner(`create table judged_late (n int check (n > 0));
    create function judge_late() returns trigger language plpgsql as $$
      begin if new.n = 7 then raise exception 'not seven' using errcode = 'P0007'; end if; return null; end $$;
    create constraint trigger judged_late after insert on judged_late
      deferrable initially deferred for each row execute function judge_late();
    grant select, insert on judged_late to public`);
  const insert = (n: number) => ({ text: 'insert into judged_late values ($1)', values: [n] });
  const one = new Database({ url: fresh.url, poolMax: 1 });
  const kept = async () => (await one.query('select n from judged_late order by n')).rows;
  try {
    await expect(one.query(insert(7))).rejects.toMatchObject({ code: 'P0007' });
    await expect(
      new UnitOfWork(one).run((tx) => together(tx.query(insert(1)), tx.query(insert(7)))),
    ).rejects.toMatchObject({ code: 'P0007' });
    expect(await kept()).toEqual([]);
  } finally {
    await one.end();
  }
  // Of one turn, outside a transaction: the server keeps all or none, and each is told so.
  const client = new JourneyClient({ connectionString: fresh.url, pipeline: true });
  await client.connect();
  const outcomes = async (...numbers: number[]) =>
    (await Promise.allSettled(numbers.map((n) => client.query(insert(n))))).map((o) => o.status);
  expect(await outcomes(1, 7)).toEqual(['rejected', 'rejected']);
  expect(await outcomes(1, 0, 2)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await outcomes(1, 2)).toEqual(['fulfilled', 'fulfilled']);
  expect((await client.query('select n from judged_late order by n')).rows).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  await client.end();
});

test('the columns of a named statement are told once, and never others', async () => {
  const named = { name: 'columns', text: 'select * from columned' };
  const both = async (tx: Transaction) => {
    await tx.query('create temp table columned as select 1 as a');
    expect((await tx.query(named)).rows).toEqual([{ a: 1 }]);
    const again = await tx.query(named);
    expect([again.rows, again.fields.map(({ name }) => name)]).toEqual([[{ a: 1 }], ['a']]);
  };
  expect(await heard('rowDescription', both)).toBe(1);
  const told: unknown[] = [];
  const change = async (tx: Transaction) => {
    await tx.query('alter table columned rename column a to b');
    await tx.query(named).catch((error: unknown) => {
      told.push(error);
      throw error;
    });
  };
  const one = new Database({ url: fresh.url, poolMax: 1 });
  try {
    const unitOfWork = new UnitOfWork(one);
    await unitOfWork.run(both);
    // Run again on a connection without plans, which has no temporary table either.
    await expect(unitOfWork.run(change)).rejects.toMatchObject({ code: '42P01' });
    expect(told).toMatchObject([{ code: '0A000' }]);
    await unitOfWork.run((tx) => tx.query('select'));
  } finally {
    await one.end();
  }
});

test('a journey leaves as one piece, and a statement with an option of the driver is the driver’s to make', async () => {
  const client = new JourneyClient({ connectionString: fresh.url, pipeline: true });
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: NodeJS.WritableStream } })
    .connection;
  let pieces = 0;
  const write = stream.write.bind(stream) as (...piece: unknown[]) => boolean;
  stream.write = (...piece: unknown[]) => ((pieces += 1), write(...piece));
  const ask = (n: number) => client.query({ name: `n${n}`, text: `select $1::int`, values: [n] });
  expect((await Promise.all([ask(1), ask(2), ask(3)])).map(({ rowCount }) => rowCount)).toEqual([
    1, 1, 1,
  ]);
  expect(pieces).toBe(1);
  const asArray = { text: 'select $1::int as n', values: [4], rowMode: 'array' as const };
  expect((await client.query(asArray)).rows).toEqual([[4]]);
  await client.end();
});

test('work that passes over a failure is not told that it was kept', async () => {
  const passOver = async (tx: Transaction) => {
    await note('passed over')(tx);
    await brokenBy(tx).catch(() => undefined);
  };
  await expect(fresh.unitOfWork.run(passOver)).rejects.toThrow(RangeError);
  expect(await entriesAbout('passed over')).toEqual([]);
});

test('of statements sent together the first that failed is told, not those that fail by it', async () => {
  const work = (tx: Transaction) => together(brokenBy(tx), note('behind')(tx));
  await expect(fresh.unitOfWork.run(work)).rejects.toMatchObject({ code: '22P02' });
  expect(
    await fresh.unitOfWork.run((tx) => together(tx.query('select 1'), note('beside')(tx))),
  ).toEqual([expect.objectContaining({ rowCount: 1 }), undefined]);
});

test('COPY goes where statements are still under way, and others after it', async () => {
  await fresh.unitOfWork.run(async (tx) => {
    await tx.query('create temp table copied (a int) on commit drop');
    const before = tx.query('insert into copied values (1)');
    await copyIn(tx, 'copied (a)', [[2], [3]]);
    const after = tx.query<{ a: number }>('select a from copied order by a');
    expect((await together(before, after))[1].rows.map(({ a }) => a)).toEqual([1, 2, 3]);
  });
  const lost = fresh.unitOfWork.run((tx) => copyIn(tx, 'nowhere (a)', [[1]]));
  await expect(lost).rejects.toMatchObject({ code: '42P01' });
  expect((await fresh.database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('work whose key another transaction took meanwhile is run again, and finds it', async () => {
  let reading = 2;
  let bothHaveRead = () => undefined as void;
  const both = new Promise<void>((resolve) => (bothHaveRead = resolve));
  const take = async (tx: Transaction) => {
    const found = await tx.query("select 1 from platform.idempotent_answer where key = 'crossed'");
    if ((reading -= 1) === 0) bothHaveRead();
    await both;
    if (found.rowCount) return 'found';
    await tx.query(
      "insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer) values ('o', 'p', 'crossed', '', '1')",
    );
    return 'taken';
  };
  const outcomes = await Promise.all([fresh.unitOfWork.run(take), fresh.unitOfWork.run(take)]);
  expect(outcomes.sort()).toEqual(['found', 'taken']);
});

test('a statement that PostgreSQL refuses keeps its connection; one that is lost is replaced', async () => {
  const one = new Database({ url: fresh.url, poolMax: 1 });
  const process = async () =>
    (await one.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  try {
    const before = await process();
    await expect(one.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect(await process()).toBe(before);
    await expect(one.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject({
      code: '57P01',
    });
    expect(await process()).not.toBe(before);
  } finally {
    await one.end();
  }
});

test('a connection lost behind a commit that was answered: it is told as answered; without one nothing is known', async () => {
  const outcomesOf = async (...texts: string[]) => {
    const one = new Database({ url: fresh.url, poolMax: 1 });
    const client = await one.pool.connect();
    try {
      const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
      let answers = 0;
      connection.on('commandComplete', () => {
        answers += 1;
        if (answers === texts.length) connection.emit('error', new Error('lost'));
      });
      const asked = texts.map((text, n) => client.query({ text, name: `lost ${n}` }));
      return (await Promise.allSettled(asked)).map(({ status }) => status);
    } finally {
      client.release(true);
      await one.end();
    }
  };
  const told = ['fulfilled', 'fulfilled', 'fulfilled'];
  expect(await outcomesOf('begin', 'select 1 as one', 'commit')).toEqual(told);
  expect(await outcomesOf('select 1 as one')).toEqual(['rejected']);
});

test('fifty concurrent transactions survive the loss of every connection', async () => {
  const kill = async () => {
    await fresh.database
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and usename = current_user`,
      )
      .catch(() => undefined);
  };
  const results = await Promise.allSettled([
    ...Array.from({ length: 50 }, (_, i) =>
      fresh.unitOfWork.run(async (tx) => {
        await tx.query('select pg_sleep(0.02)');
        const { rows } = await tx.query<{ mine: number }>('select $1::int as mine', [i]);
        return rows[0]?.mine === i;
      }),
    ),
    kill(),
  ]);
  const answers = results.flatMap((r) =>
    r.status === 'fulfilled' && r.value !== undefined ? [r.value] : [],
  );
  expect(answers.every((own) => own === true)).toBe(true);
  expect((await fresh.database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
