import { setTimeout } from 'node:timers/promises';
import { defineProblem, DomainError } from '#libs/problems';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  answerOrThrow,
  audit,
  copyIn,
  Database,
  forgetOldAnswers,
  IdempotencyKeyReused,
  once,
  type Transaction,
} from './index.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
});
afterAll(() => fresh.drop());

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
const refused = (key: string) => (refusal: DomainError) => ({
  ...{ actor: 'u1', action: 'order.signed.refused' as const, subject: key },
  details: { code: refusal.code, ...refusal.details },
});
const run = (key: string, work: () => Promise<unknown>, hash?: string) =>
  fresh.unitOfWork.run((tx) => once(tx, scope(key, hash), work, refused(key))).then(answerOrThrow);

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
    fresh.unitOfWork.run(async (tx) =>
      once(
        tx,
        scope('c'),
        async () => {
          await audit(tx, { actor: 'u1', action: 'draft.changed', subject: 'x' });
          throw new Refused('Trop peu.', { shortfall: 3 });
        },
        refused('c'),
      ),
    );
  await expect(work().then(answerOrThrow)).rejects.toMatchObject({ code: 'TOO_FEW' });
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
    fresh.unitOfWork
      .run((tx) => once(tx, scope(''), () => work(tx), refused(subject)))
      .then(answerOrThrow);
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
    const decided = fresh.unitOfWork.run((tx) => once(tx, scope(''), work, refused(kind)));
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

test('the audit refuses update, delete and truncate', async () => {
  await fresh.unitOfWork.run((tx) =>
    audit(tx, { actor: 'u1', action: 'order.signed', subject: 'order-1' }),
  );
  await expect(
    fresh.database.query("update platform.audit_entry set actor = 'u2'"),
  ).rejects.toThrow(/never changed/);
  await expect(fresh.database.query('delete from platform.audit_entry')).rejects.toThrow(
    /never changed/,
  );
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
