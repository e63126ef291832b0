import { setTimeout } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { defineProblem, DomainError } from '#libs/problems';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  arraysOf,
  audit,
  copyIn,
  Database,
  forgetOldAnswers,
  IdempotencyKeyReused,
  insertRow,
  leaveInFlight,
  once,
  PersistenceModule,
  together,
  type Transaction,
  UnitOfWork,
} from './index.js';
import { JourneyClient } from './journey-client.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  // A place of each test's own for its rows, which the libraries' tables are not.
  await fresh.allowTemporary();
});
afterAll(() => fresh?.drop());

class Refused extends DomainError {
  readonly code = 'TOO_FEW';
  readonly kind = 'conflict';
}
const scope = (key: string, requestHash = 'h1') => ({
  organisationId: 'org-1',
  operation: 'SignOrder',
  key,
  requestHash,
});
const refused = (key: string) => ({
  ofRefusal: (refusal: DomainError) => ({
    ...{ actor: 'u1', action: 'order.signed.refused' as const, subject: key },
    details: { code: refusal.code, ...refusal.details },
  }),
});
const run = (key: string, work: () => Promise<unknown>, hash?: string) =>
  once(fresh.unitOfWork, scope(key, hash), work, refused(key));

const entriesAbout = async (subject: string) =>
  (
    await fresh.database.query(
      'select action, details from platform.audit_entry where subject = $1 order by id',
      [subject],
    )
  ).rows;

test('a command with a key runs once and gives its first answer again', async () => {
  let runs = 0;
  const work = () => Promise.resolve({ run: (runs += 1) });
  expect(await run('a', work)).toEqual({ run: 1 });
  expect(await run('a', work)).toEqual({ run: 1 });
  expect(runs).toBe(1);
});

test('fifty at once with one key run the command once', async () => {
  let runs = 0;
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => run('b', () => Promise.resolve({ run: (runs += 1) }))),
  );
  expect(runs).toBe(1);
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"run":1}']));
});

test('a refusal is stored, undoes what the work wrote, and is given again', async () => {
  const work = () =>
    once(
      fresh.unitOfWork,
      scope('c'),
      async (tx) => {
        await audit(tx, { actor: 'u1', action: 'draft.changed', subject: 'x' });
        throw new Refused('Trop peu.', { shortfall: 3 });
      },
      refused('c'),
    );
  await expect(work()).rejects.toMatchObject({ code: 'TOO_FEW' });
  await expect(run('c', () => Promise.resolve('no'))).rejects.toMatchObject({
    code: 'TOO_FEW',
    message: 'Trop peu.',
    details: { shortfall: 3 },
  });
  const { rows } = await fresh.database.query(
    "select 1 from platform.audit_entry where action = 'draft.changed'",
  );
  expect(rows).toEqual([]);
});

test('a refusal leaves one entry in the audit, and none more when it is given again', async () => {
  const refuse = () => Promise.reject(new Refused('Trop peu.', { shortfall: 4 }));
  const twice = [
    await run('twice', refuse).catch(String),
    await run('twice', refuse).catch(String),
  ];
  expect(twice).toEqual(['Refused: Trop peu.', 'RepeatedRefusal: Trop peu.']);
  const { rows } = await fresh.database.query(
    "select actor, action, details from platform.audit_entry where subject = 'twice'",
  );
  expect(rows).toEqual([
    { actor: 'u1', action: 'order.signed.refused', details: { code: 'TOO_FEW', shortfall: 4 } },
  ]);
});

test('twenty at once with one key that are refused are told the same, and leave one entry', async () => {
  let runs = 0;
  const refuse = async () => {
    const run = (runs += 1);
    await setTimeout(5);
    throw new Refused(`Trop peu, fois ${run}.`, { shortfall: run });
  };
  const told = await Promise.all(
    Array.from({ length: 20 }, () => run('beside', refuse).catch((error: Error) => error.message)),
  );
  expect(new Set(told).size).toBe(1);
  expect(await entriesAbout('beside')).toHaveLength(1);
});

test('a refusal without a key undoes what the work wrote, and each leaves one entry in the audit', async () => {
  const decide = (subject: string, work: (tx: Transaction) => Promise<unknown>) =>
    once(fresh.unitOfWork, scope(''), work, refused(subject));
  const refuse = async (tx: Transaction) => {
    await audit(tx, { actor: 'u1', action: 'draft.cancelled', subject: 'keyless' });
    throw new Refused('Trop peu.', { shortfall: 5 });
  };
  const twice = [
    await decide('keyless', refuse).catch(String),
    await decide('keyless', refuse).catch(String),
  ];
  expect(twice).toEqual(['Refused: Trop peu.', 'Refused: Trop peu.']);
  expect(await decide('keyless', () => Promise.resolve('done'))).toBe('done');
  const entry = { action: 'order.signed.refused', details: { code: 'TOO_FEW', shortfall: 5 } };
  expect(await entriesAbout('keyless')).toEqual([entry, entry]);
});

test.each(['unavailable', 'not-found', 'forbidden'] as const)(
  'what is %s is thrown, leaves nothing in the audit, and its key may be used again',
  async (kind) => {
    class Other extends defineProblem('OTHER', kind) {}
    const work = () => Promise.reject(new Other('Non.'));
    const decided = once(fresh.unitOfWork, scope(''), work, refused(kind));
    await expect(decided).rejects.toThrow(Other);
    await expect(run(kind, work)).rejects.toThrow(Other);
    expect(await entriesAbout(kind)).toEqual([]);
    expect(await run(kind, () => Promise.resolve('done'))).toBe('done');
  },
);

test('IDEMPOTENCY_KEY_REUSED: the same key with another request is refused', async () => {
  await run('d', () => Promise.resolve(1));
  await expect(run('d', () => Promise.resolve(2), 'h2')).rejects.toThrow(IdempotencyKeyReused);
});

test('answers are forgotten after 30 days, and no sooner', async () => {
  await run('old', () => Promise.resolve(1));
  await run('recent', () => Promise.resolve(1));
  await fresh.database.query(
    `update platform.idempotent_answer set stored_at = clock_timestamp() - case key
       when 'old' then interval '30 days 1 hour' else interval '29 days' end
     where key in ('old', 'recent')`,
  );
  expect(await forgetOldAnswers(fresh.database)).toBe(1);
  expect(await run('recent', () => Promise.resolve(2))).toBe(1);
  expect(await run('old', () => Promise.resolve(2))).toBe(2);
});

test('old answers are forgotten once by several processes at once, and none fails', async () => {
  await fresh.asOwner(`insert into platform.idempotent_answer
      (organisation_id, operation, key, request_hash, answer, stored_at)
    select 'many', 'op', n, 'h', '1', now() - interval '31 days' from generate_series(1, 12000) n`);
  const removed = await Promise.all([1, 2, 3].map(() => forgetOldAnswers(fresh.database)));
  expect(removed.reduce((sum, one) => sum + one, 0)).toBe(12_000);
}, 60_000);

test('the audit refuses update, delete and truncate', async () => {
  await fresh.unitOfWork.run((tx) =>
    audit(tx, { actor: 'u1', action: 'order.signed', subject: 'order-1' }),
  );
  for (const change of [
    "update platform.audit_entry set actor = 'u2'",
    'delete from platform.audit_entry',
    'truncate platform.audit_entry',
  ]) {
    await expect(fresh.database.query(change)).rejects.toThrow(/permission denied/);
    await expect(fresh.asOwner(change)).rejects.toThrow(/never changed/);
  }
});

test('a process starts with a role that rights bind, not with one that owns its tables or may empty, alter or rewrite them', async () => {
  const started = async (databaseUrl: string) => {
    const app = await NestFactory.createApplicationContext(
      PersistenceModule.forRoot({ databaseUrl, poolMax: 1, name: 'test' }),
      { logger: false, abortOnError: false },
    );
    await app.close();
  };
  await started(fresh.url);
  await expect(started(fresh.ownerUrl)).rejects.toMatchObject({
    name: 'RoleNotBound',
    message: expect.stringMatching(/owns .*Give this process/) as string,
  });
  const role = new URL(fresh.url).username;
  for (const right of [
    'truncate on platform.outbox',
    'trigger on platform.outbox',
    'create on schema public',
    'delete on platform.audit_entry',
    'pg_write_all_data',
  ]) {
    await fresh.asOwner(`grant ${right} to ${role}`);
    await expect(started(fresh.url)).rejects.toThrow(role);
    await fresh.asOwner(`revoke ${right} from ${role}`);
  }
  // A server that is not there yet is waited for.
  await started('postgresql://nobody@127.0.0.1:1/nothing');
});

test('COPY keeps every awkward character', async () => {
  await fresh.unitOfWork.run(async (tx) => {
    await tx.query('create temp table awkward (a text, b bigint) on commit drop');
    const rows: [string | null, bigint][] = [
      ['tab\there', 1n],
      ['back\\slash \\N', 2n],
      ['line\nbreak\r', 3n],
      [null, 4n],
      ['', 5n],
    ];
    expect(await copyIn(tx, 'awkward (a, b)', rows)).toBe(5);
    const copied = await tx.query<{ a: string | null; b: bigint }>(
      'select a, b from awkward order by b',
    );
    expect(copied.rows.map((row) => [row.a, row.b])).toEqual(rows);
  });
});

const note = (subject: string) => (tx: Transaction) =>
  audit(tx, { actor: 'u1', action: 'draft.changed', subject });
const noteOf = (subject: string) => ({
  text: "insert into platform.audit_entry (actor, action, subject) values ('u1', 'draft.changed', $1)",
  values: [subject],
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

test('a command whose write fails in flight by a refusal keeps it as its answer', async () => {
  const refuse = async (tx: Transaction) => {
    await leaveInFlight(tx, broken, () => new Refused('Pris entre-temps.'));
    return 'never told';
  };
  const ask = () => once(fresh.unitOfWork, scope('taken'), refuse, refused('taken'));
  await expect(ask()).rejects.toThrow('Pris entre-temps.');
  await expect(ask()).rejects.toThrow('Pris entre-temps.');
  expect(await entriesAbout('taken')).toHaveLength(1);
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
      "insert into platform.idempotent_answer (organisation_id, operation, key, request_hash) values ('o', 'p', 'crossed', '')",
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

test('rows are written by the names that the domain has for their columns', async () => {
  const letters = [
    { number: 'R1', sentOn: '2022-09-01' },
    { number: 'R2', sentOn: '2022-09-02' },
  ];
  const rows = await fresh.unitOfWork.run(async (tx) => {
    await tx.query('create temporary table letter (number text, sent_on text, is_late boolean)');
    await insertRow(tx, 'letter', { number: 'R0', sentOn: '2022-08-31', is_late: undefined });
    await tx.query(
      'insert into letter (number, sent_on) select * from unnest($1::text[], $2::text[])',
      arraysOf(letters, 'number', 'sentOn'),
    );
    return (await tx.query('select number, sent_on as "sentOn" from letter order by 1')).rows;
  });
  expect(rows).toEqual([{ number: 'R0', sentOn: '2022-08-31' }, ...letters]);
});
