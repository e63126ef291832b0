import { setTimeout } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { defineProblem, DomainError } from '#libs/problems';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  arraysOf,
  audit,
  copyIn,
  forgetOldAnswers,
  IdempotencyKeyReused,
  insertRow,
  insertRowOnce,
  updateRow,
  leaveInFlight,
  once,
  PersistenceModule,
  rowsWithoutNulls,
  rowWithoutNulls,
  type Transaction,
} from './index.js';

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
    ...{ actor: 'u1', action: 'order.signed.refused' as const, subject: `order:${key}` as const },
    details: { code: refusal.code, ...refusal.details },
  }),
});
const run = (key: string, work: () => Promise<unknown>, hash?: string) =>
  once(fresh.unitOfWork, scope(key, hash), work, refused(key));

const entriesAbout = async (subject: string) =>
  (
    await fresh.database.query(
      'select action, details from platform.audit_entry where subject = $1 order by id',
      [`order:${subject}`],
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
        await audit(tx, { actor: 'u1', action: 'draft.changed', subject: 'draft:x' });
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
    "select actor, action, details from platform.audit_entry where subject = 'order:twice'",
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
    await audit(tx, { actor: 'u1', action: 'draft.cancelled', subject: 'order:keyless' });
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

test('a command whose write fails in flight by a refusal keeps it as its answer', async () => {
  const refuse = async (tx: Transaction) => {
    await leaveInFlight(
      tx,
      { text: "select 'not a number'::int" },
      () => new Refused('Pris entre-temps.'),
    );
    return 'never told';
  };
  const ask = () => once(fresh.unitOfWork, scope('taken'), refuse, refused('taken'));
  await expect(ask()).rejects.toThrow('Pris entre-temps.');
  await expect(ask()).rejects.toThrow('Pris entre-temps.');
  expect(await entriesAbout('taken')).toHaveLength(1);
});

test('IDEMPOTENCY_KEY_REUSED: the same key with another request is refused', async () => {
  await run('d', () => Promise.resolve(1));
  await expect(run('d', () => Promise.resolve(2), 'h2')).rejects.toThrow(IdempotencyKeyReused);
});

test('answers are forgotten after 30 days, and no sooner', async () => {
  await run('old', () => Promise.resolve(1));
  await run('recent', () => Promise.resolve(1));
  await fresh.asOwner(
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

test('ORD-3: the service’s own role neither changes an answer nor removes one before its 30 days', async () => {
  let runs = 0;
  const sign = () => run('signed', () => Promise.resolve((runs += 1)));
  await sign();
  const named = "organisation_id = 'org-1' and operation = 'SignOrder' and key = 'signed'";
  const answer = "('org-1', 'SignOrder', 'signed', 'h1', '2')";
  const columns = '(organisation_id, operation, key, request_hash, answer)';
  const insert = `insert into platform.idempotent_answer ${columns} values ${answer}`;
  for (const statement of [
    `delete from platform.idempotent_answer where ${named}`,
    `update platform.idempotent_answer set answer = '2' where ${named}`,
    `update platform.idempotent_answer set stored_at = '2020-01-01' where ${named}`,
    `${insert} on conflict (organisation_id, operation, key) do update set answer = excluded.answer`,
    `merge into platform.idempotent_answer a using (values ${answer}) v ${columns}
       on a.key = v.key when matched then delete`,
    `merge into platform.idempotent_answer a using (values ${answer}) v ${columns}
       on a.key = v.key when matched then update set answer = '2'`,
    'truncate platform.idempotent_answer',
    `select from platform.idempotent_answer where ${named} for update`,
    // Dated by the database alone: an answer dated in the past would be removed at once.
    `insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer, stored_at)
       values ('org-1', 'SignOrder', 'other', 'h1', '1', '2020-01-01')`,
    'copy platform.idempotent_answer from stdin',
    'do $$ begin lock table platform.idempotent_answer in share mode; end $$',
    `set role ${new URL(fresh.url).username}_owner`,
    'set session_replication_role = replica',
  ]) {
    await expect(fresh.database.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
  await expect(fresh.database.query(insert)).rejects.toMatchObject({ code: '23505' });
  // Without an answer the key would be given to nobody again.
  await expect(
    fresh.database.query(`insert into platform.idempotent_answer
      (organisation_id, operation, key, request_hash) values ('org-1', 'SignOrder', 'bare', 'h1')`),
  ).rejects.toMatchObject({ code: '23514' });
  expect(await fresh.database.value('select platform.remove_old_answers()')).toBe(0n);
  expect([await sign(), runs]).toEqual([1, 1]);
});

test('ORD-3: of two commands with one key at once, the second returns the answer of the first', async () => {
  let runs = 0;
  const both = await Promise.all(
    [1, 2].map(() =>
      run('at-once', async () => {
        runs += 1;
        await setTimeout(100);
        return runs;
      }),
    ),
  );
  expect([both, runs]).toEqual([[1, 1], 1]);
});

test('the audit refuses update, delete and truncate', async () => {
  await fresh.unitOfWork.run((tx) =>
    audit(tx, { actor: 'u1', action: 'order.signed', subject: 'order:1' }),
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

test('a row is changed by its id, in the columns that are named and no others', async () => {
  const kept = await fresh.unitOfWork.run(async (tx) => {
    await tx.query('create temporary table paper (id text, sent_on text, tags text[], note text)');
    await insertRow(tx, 'paper', { id: 'P1', sentOn: '2022-09-01', tags: ['a'], note: 'stays' });
    await insertRow(tx, 'paper', { id: 'P2', sentOn: '2022-09-01', tags: ['a'], note: 'stays' });
    await updateRow(tx, 'paper', 'P1', { sentOn: undefined, tags: ['b', 'c'] });
    return tx.rows('select id, sent_on as "sentOn", tags, note from paper order by id');
  });
  expect(kept).toEqual([
    { id: 'P1', sentOn: null, tags: ['b', 'c'], note: 'stays' },
    { id: 'P2', sentOn: '2022-09-01', tags: ['a'], note: 'stays' },
  ]);
});

test('a row with a key that is there is not added, and says so', async () => {
  const asked = await fresh.unitOfWork.run(async (tx) => {
    await tx.query('create temporary table seal (day text primary key, by_whom text)');
    const added = [
      await insertRowOnce(tx, 'seal', { day: '2022-09-01', byWhom: 'first' }),
      await insertRowOnce(tx, 'seal', { day: '2022-09-01', byWhom: 'second' }),
    ];
    return { added, kept: await tx.column<string>('select by_whom from seal') };
  });
  expect(asked).toEqual({ added: [true, false], kept: ['first'] });
});

type Asked = Pick<Transaction, 'rows' | 'row' | 'column' | 'value'>;
type Answers = Promise<readonly unknown[]>;

test.each<[string, (ask: (by: Asked) => Answers) => Answers]>([
  ['on its own', (ask) => ask(fresh.database)],
  ['in a transaction', (ask) => fresh.unitOfWork.run(ask)],
])(
  'a statement %s gives its rows, the first one, its first column or value',
  async (_how, asking) => {
    const numbers = 'select n, -n as less from generate_series(1, $1::int) n order by n';
    const ask = (by: Asked) =>
      Promise.all([
        by.rows(numbers, [2]),
        by.row(numbers, [2]),
        by.row(numbers, [0]),
        by.column(numbers, [2]),
        by.value(numbers, [2]),
        by.value(numbers, [0]),
        by.value('select null'),
        rowsWithoutNulls(by, 'select n, nullif(n, 1) as other from generate_series(1, 2) n'),
        rowWithoutNulls(by, 'select 1 as n, null as other'),
        rowWithoutNulls(by, 'select 1 as n where false'),
      ]);
    expect(await asking(ask)).toEqual([
      [
        { n: 1, less: -1 },
        { n: 2, less: -2 },
      ],
      { n: 1, less: -1 },
      undefined,
      [1, 2],
      1,
      undefined,
      undefined,
      [{ n: 1 }, { n: 2, other: 2 }],
      { n: 1 },
      undefined,
    ]);
  },
);
