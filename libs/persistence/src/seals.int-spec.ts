import { rm } from 'node:fs/promises';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import {
  Anchoring,
  audit,
  type AuditSubject,
  CheckSeals,
  SealHeads,
  sealHashOf,
  sealOrigin,
  Seals,
  type Seal,
} from './index.js';

let fresh: FreshDatabase;
let owner: pg.Client;
let seals: Seals;
beforeAll(async () => {
  fresh = await freshDatabase('platform');
  owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  // Whoever owns the database can do without its triggers.
  await owner.query(`set session_replication_role = replica; set timezone to 'UTC'`);
});
beforeEach(async () => {
  await owner.query(
    'delete from platform.sealed_entry; delete from platform.seal; delete from platform.audit_entry',
  );
  seals = new Seals(fresh.database, fresh.unitOfWork);
  await rm(fresh.anchorFolder, { recursive: true, force: true });
});
afterAll(async () => {
  await owner?.end();
  await fresh?.drop();
});

const write = (subject: string) =>
  fresh.unitOfWork.run((tx) =>
    audit(tx, {
      action: 'draft.changed',
      actor: 'u1',
      subject: subject as AuditSubject,
      details: { quantity: 12 },
    }),
  );
async function writeMany(count: number, recordedAt = 'clock_timestamp()'): Promise<void> {
  await owner.query(
    `insert into platform.audit_entry (actor, action, subject, recorded_at)
     select 'u1', 'draft.changed', 'm-' || n, ${recordedAt} from generate_series(1, ${count}) n`,
  );
}
/** As another process would: what this one remembers plays no part. */
const verify = async () =>
  new CheckSeals(
    fresh.unitOfWork,
    new Seals(fresh.database, fresh.unitOfWork),
    anchoring(),
  ).execute();
/** As a process that has just started, too. */
const anchoring = () =>
  new Anchoring(fresh.unitOfWork, () => [new SealHeads(fresh.database)], fresh.anchorFolder);
const findings = async () => (await verify()).findings;
const codes = async () => (await findings()).map(({ code }) => code);
const sealsKept = async (): Promise<Seal[]> =>
  (
    await owner.query(
      `select book, position, entries, kept_until as "keptUntil" from platform.seal order by position`,
    )
  ).rows;
/** The newest of it. */
const entryOf = async (subject: string): Promise<string> =>
  (
    await owner.query('select max(id)::text as id from platform.audit_entry where subject = $1', [
      subject,
    ])
  ).rows[0].id;
const today = new Date().toISOString().slice(0, 10);

/** As if the seals had been made earlier, or said something else of when their entries are due. */
async function age(interval: string, keptUntil = 'kept_until'): Promise<void> {
  const at = (column: string) => `to_jsonb(${column} - interval '${interval}') #>> '{}'`;
  const { rows } = await owner.query<Seal>(
    `select book, 'platform.audit_entry' as table, position, ${at('sealed_at')} as "sealedAt", ${at('swept_at')} as "sweptAt",
       to_jsonb(oldest_at) #>> '{}' as "oldestAt", to_jsonb(newest_at) #>> '{}' as "newestAt", last_entry::text as "lastEntry",
       entries, entries_hash as "entriesHash", (${keptUntil})::text as "keptUntil" from platform.seal order by position`,
  );
  let previousHash = sealOrigin;
  for (const seal of rows) {
    const hash = sealHashOf({ ...seal, previousHash });
    await owner.query(
      'update platform.seal set sealed_at = $1, swept_at = $2, previous_hash = $3, hash = $4, kept_until = $6 where position = $5',
      [seal.sealedAt, seal.sweptAt, previousHash, hash, seal.position, seal.keptUntil],
    );
    previousHash = hash;
  }
}

test('seals at most 5,000 entries at a time, each seal over the one before', async () => {
  // Of yesterday, as after a halt: while some are left, nothing is late.
  await writeMany(5_001, `clock_timestamp() - interval '1 day'`);
  expect(await seals.seal()).toBe(5_001);
  expect(await seals.seal()).toBe(0);
  expect(await sealsKept()).toMatchObject([{ entries: 5_000 }, { entries: 1 }]);
  expect(await verify()).toEqual({
    books: [{ book: 'audit', seals: 2, entries: 5_001, removed: 0 }],
    anchors: 0,
    breaks: [],
    findings: [],
  });
});

test('a young period is not due, whatever its seal says: gone, it is missed', async () => {
  await write('young');
  await seals.seal();
  // Who owns the database can do without its checks.
  const { rows } = await owner.query(
    `select pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = 'platform.seal'::regclass and conname = 'seal_check'`,
  );
  await owner.query('alter table platform.seal drop constraint seal_check');
  try {
    await age('1 minute', 'current_date - 1');
    expect(await findings()).toEqual([]);
    await owner.query('delete from platform.sealed_entry; delete from platform.audit_entry');
    expect(await findings()).toEqual([
      { code: 'PERIOD_REMOVED', book: 'audit', seal: 1, day: today },
    ]);
  } finally {
    await owner.query(
      `delete from platform.seal; alter table platform.seal add constraint seal_check ${rows[0].definition}`,
    );
  }
});

test('an entry that commits late goes into a later seal', async () => {
  let commit = () => {};
  const held = new Promise<void>((resolve) => (commit = resolve));
  let written = () => {};
  const inserted = new Promise<void>((resolve) => (written = resolve));
  const late = fresh.unitOfWork.run(async (tx) => {
    await audit(tx, { action: 'draft.changed', actor: 'u1', subject: 'draft:late' });
    written();
    await held;
  });
  await inserted;
  await write('soon');
  expect(await seals.seal()).toBe(1);
  commit();
  await late;
  expect(Number(await entryOf('draft:late'))).toBeLessThan(Number(await entryOf('soon')));
  expect(await seals.seal()).toBe(1);
  expect(await findings()).toEqual([]);
});

test('of two processes one seals a book, the other passes over it, and no writer waits', async () => {
  await write('a');
  await owner.query(`begin; select pg_advisory_xact_lock(7273, hashtext('audit'))`);
  expect(await seals.seal()).toBe(0);
  await write('b');
  await owner.query('rollback');
  expect(await seals.seal()).toBe(2);
});

describe('SUP-2: a journal that the owner of the database rewrote is found', () => {
  beforeEach(async () => {
    for (const subject of ['one', 'two', 'three']) await write(subject);
    await seals.seal();
    await write('four');
    await seals.seal();
    await age('1 hour');
  });

  test.each([
    ['who did it', `actor = 'somebody else'`],
    ['one detail', `details = jsonb_set(details, '{quantity}', '13')`],
    ['one microsecond', `recorded_at = recorded_at + interval '1 microsecond'`],
    ['what was not said', `rests_on = 'a letter'`],
  ])('an entry of which was changed %s', async (_what, change) => {
    await owner.query(`update platform.audit_entry set ${change} where subject = 'two'`);
    const entry = await entryOf('two');
    expect(await findings()).toEqual([
      { code: 'ENTRY_REWRITTEN', book: 'audit', seal: 1, day: today, entry },
    ]);
  });

  test('an entry that was removed', async () => {
    const entry = await entryOf('two');
    await owner.query(`delete from platform.audit_entry where subject = 'two'`);
    expect(await findings()).toEqual([
      { code: 'ENTRY_REMOVED', book: 'audit', seal: 1, day: today, entry },
    ]);
  });

  test('an entry that was removed with what the seal knows of it', async () => {
    await owner.query(
      `delete from platform.sealed_entry where entry = ${await entryOf('two')};
       delete from platform.audit_entry where subject = 'two'`,
    );
    expect(await findings()).toEqual([
      { code: 'PERIOD_CHANGED', book: 'audit', seal: 1, day: today },
    ]);
  });

  test('an entry rewritten together with its digest', async () => {
    await owner.query(
      `update platform.audit_entry set actor = 'x' where subject = 'two';
       update platform.sealed_entry set digest = sha256('x') where entry = ${await entryOf('two')}`,
    );
    expect(await codes()).toContain('PERIOD_CHANGED');
  });

  test('a whole period, before it is due', async () => {
    await owner.query(
      `delete from platform.audit_entry where subject <> 'four'; delete from platform.sealed_entry where seal = 1`,
    );
    expect(await codes()).toEqual(['PERIOD_REMOVED']);
  });

  test('a whole period with its seal', async () => {
    await owner.query(
      `delete from platform.audit_entry where subject <> 'four'; delete from platform.sealed_entry where seal = 1;
       delete from platform.seal where position = 1`,
    );
    expect(await findings()).toEqual([
      { code: 'SEAL_REMOVED', book: 'audit', seal: 1, day: today },
    ]);
  });

  test('a copy of the entries, put in their place for the check alone', async () => {
    await owner.query(
      `create table platform.copy as select * from platform.audit_entry;
       grant select on platform.copy to public;
       update platform.book set entries_table = 'platform.copy';
       update platform.audit_entry set actor = 'x' where subject = 'two'`,
    );
    const found = await codes();
    await owner.query(
      `update platform.book set entries_table = 'platform.audit_entry'; drop table platform.copy`,
    );
    expect(found).toContain('SEAL_REWRITTEN');
  });

  test('a seal that says its entries are due, or that sealed something else', async () => {
    await owner.query(`update platform.seal set kept_until = kept_until - 3000 where position = 2`);
    expect(await findings()).toEqual([
      { code: 'SEAL_REWRITTEN', book: 'audit', seal: 2, day: today },
    ]);
  });

  test.each([
    ['of yesterday', `clock_timestamp() - interval '1 day'`, ''],
    [
      'in the place of a number that was never used',
      'clock_timestamp()',
      'overriding system value',
    ],
  ])('an entry added after the fact, %s', async (_what, recordedAt, overriding) => {
    await seals.seal();
    const id = overriding ? '-7' : `(select max(id) + 1 from platform.audit_entry)`;
    await owner.query(
      `insert into platform.audit_entry (id, actor, action, subject, recorded_at) overriding system value
       values (${id}, 'u1', 'draft.changed', 'added', ${recordedAt})`,
    );
    await seals.seal();
    expect(await findings()).toMatchObject([
      { code: 'ENTRY_ADDED', book: 'audit', entry: await entryOf('added') },
    ]);
  });

  test('what was written in time and by itself is not', async () => {
    await write('five');
    expect(await findings()).toEqual([]);
  });
});

describe('what was anchored in a second place is found, whoever rewrote the database', () => {
  const sealAndAnchor = async () => {
    await seals.seal();
    expect(await anchoring().anchor()).toEqual([]);
  };
  /** The audit and its seals as if what these subjects say had never been, or never so. */
  async function writeAnew(change: string): Promise<void> {
    await owner.query(`delete from platform.sealed_entry; delete from platform.seal; ${change}`);
    await new Seals(fresh.database, fresh.unitOfWork).seal();
  }
  beforeEach(async () => {
    for (const subject of ['one', 'two']) {
      await write(subject);
      await sealAndAnchor();
    }
  });

  test('all holds, and what did not move is not anchored again', async () => {
    await sealAndAnchor();
    expect(await verify()).toMatchObject({ anchors: 2, findings: [] });
  });

  test('the newest entries, with their seals', async () => {
    await owner.query(
      `delete from platform.audit_entry where subject = 'two'; delete from platform.sealed_entry where seal = 2;
       delete from platform.seal where position = 2`,
    );
    expect(await findings()).toEqual([
      { code: 'CHAIN_CUT', book: 'seals/audit', seal: 2, day: expect.any(String) },
    ]);
  });

  test('everything, the seals too', async () => {
    await owner.query(
      'delete from platform.audit_entry; delete from platform.sealed_entry; delete from platform.seal',
    );
    expect(await codes()).toEqual(['CHAIN_CUT']);
  });

  test('an entry rewritten and everything sealed anew, as if it had always been so', async () => {
    await writeAnew(`update platform.audit_entry set actor = 'x' where subject = 'one'`);
    expect(await findings()).toEqual([
      { code: 'CHAIN_REWRITTEN', book: 'seals/audit', seal: 1, day: expect.any(String) },
    ]);
  });

  test('so also where the chain went on afterwards, and the process says so itself', async () => {
    await writeAnew(`update platform.audit_entry set actor = 'x' where subject = 'one'`);
    await write('three');
    await seals.seal();
    expect(await anchoring().anchor()).toMatchObject([{ subject: 'seals/audit' }]);
    for (const subject of ['four', 'five']) {
      await write(subject);
      await seals.seal();
    }
    await anchoring().anchor();
    expect(await codes()).toContain('CHAIN_REWRITTEN');
  });

  test('the book itself', async () => {
    await owner.query(
      'delete from platform.audit_entry; delete from platform.sealed_entry; delete from platform.seal; delete from platform.book',
    );
    expect(await codes()).toEqual(['CHAIN_CUT']);
    await owner.query(`insert into platform.book values ('audit', 'platform.audit_entry', 3653)`);
  });

  test('a seal of yesterday that nobody anchored; one of today may still be', async () => {
    await write('three');
    await seals.seal();
    expect(await verify()).toMatchObject({ anchors: 2, findings: [] });
    await owner.query(
      `update platform.seal set sealed_at = sealed_at - interval '25 hours' where position = 3`,
    );
    expect(await findings()).toContainEqual({
      ...{ code: 'ANCHORS_MISSING', book: 'audit', day: expect.any(String) },
    });
  });

  test('where nothing is anchored at all: not on the first day, an error from the second on', async () => {
    await rm(fresh.anchorFolder, { recursive: true });
    expect(await verify()).toMatchObject({ anchors: 0, findings: [] });
    await age('25 hours');
    expect(await codes()).toEqual(['ANCHORS_MISSING']);
    const nowhere = new Anchoring(fresh.unitOfWork, () => [new SealHeads(fresh.database)]);
    const unanchored = new CheckSeals(fresh.unitOfWork, seals, nowhere);
    expect((await unanchored.execute()).findings).toMatchObject([{ code: 'ANCHORS_MISSING' }]);
  });

  test('the anchors, where they were taken away', async () => {
    await age('2 days');
    await rm(fresh.anchorFolder, { recursive: true });
    expect(await codes()).toEqual(['ANCHORS_MISSING']);
  });
});

test.each([
  ['book', "book = 'looks'"],
  ['sealedAt', "sealed_at = sealed_at + interval '1 microsecond'"],
  ['sweptAt', "swept_at = coalesce(swept_at, now()) + interval '1 microsecond'"],
  ['oldestAt', "oldest_at = oldest_at - interval '1 microsecond'"],
  ['newestAt', "newest_at = newest_at + interval '1 microsecond'"],
  ['lastEntry', 'last_entry = last_entry + 1'],
  ['entries', 'entries = entries + 1'],
  ['entriesHash', "entries_hash = 'x'"],
  ['keptUntil', 'kept_until = kept_until + 1'],
  ['previousHash', "previous_hash = 'x'"],
  ['hash', "hash = 'x'"],
])('SUP-2: a seal of which %s alone was changed is found', async (field, change) => {
  await write('one');
  await seals.seal();
  if (field === 'book')
    await owner.query("insert into platform.book values ('looks', 'platform.audit_entry', 400)");
  await owner.query(`update platform.seal set ${change}`);
  const found = await codes();
  await owner.query("delete from platform.book where name = 'looks'");
  expect(found).toContain('SEAL_REWRITTEN');
});

describe('retention', () => {
  const elevenYearsAgo = `clock_timestamp() - interval '4020 days'`;
  beforeEach(async () => {
    await writeMany(3, elevenYearsAgo);
    await seals.seal();
    await write('young');
    await seals.seal();
  });

  test('removes whole sealed periods that are due, keeps their seals, and all still holds', async () => {
    expect(await seals.removeDue()).toBe(3);
    expect(await seals.removeDue()).toBe(0);
    expect(await sealsKept()).toHaveLength(2);
    expect(await verify()).toEqual({
      books: [{ book: 'audit', seals: 2, entries: 1, removed: 3 }],
      anchors: 0,
      breaks: [],
      findings: [],
    });
  });

  test('what is not due cannot be removed by the service, whatever it seals itself', async () => {
    // Old enough, and not due: nor by the owner, unless it does without its triggers.
    await writeMany(1, `clock_timestamp() - interval '200 days'`);
    await seals.seal();
    const asItIs = fresh.asOwner('delete from platform.audit_entry where id = $1', [
      await entryOf('m-1'),
    ]);
    await expect(asItIs).rejects.toThrow(/only once their seal is due/);
    const remove = `delete from platform.audit_entry where subject = 'young'`;
    await expect(fresh.database.query(remove)).rejects.toThrow(
      /only once their seal is due|denied/,
    );
    const entry = (await write('younger'), await entryOf('younger'));
    await fresh.database.query(
      `insert into platform.sealed_entry values ('audit', $1, 1, sha256('x'))`,
      [entry],
    );
    await expect(seals.removeDue()).rejects.toThrow(/only once their seal is due/);
    for (const statement of [
      'delete from platform.seal',
      `update platform.seal set kept_until = '2000-01-01'`,
      'update platform.sealed_entry set seal = 1',
      'truncate platform.sealed_entry',
    ]) {
      await expect(fresh.database.query(statement)).rejects.toThrow(/never changed|denied/);
    }
  });
});
