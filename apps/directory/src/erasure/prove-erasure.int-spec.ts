import { randomUUID } from 'node:crypto';
import { type FoundTraces, type LoggedStates, PgBusinessDate, Traces } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { tablesThatSay } from '#libs/testing';
import { localDate } from '#libs/time';
import { ImportBed, sourceCode } from '../../test/import-bed.test-support.js';
import { endImports, eraseAll, someLeave } from '../../test/leavers.test-support.js';
import { keepsIds } from '../keeps-ids.js';
import type { AccountTrace, AccountTraces } from './account-traces.js';
import { ProveByNight } from './prove-by-night.js';
import { ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';

/** Goal: an erasure is proved place by place, kept, and looked at again by night (SUP-4). */
let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
beforeEach(async () => {
  bed = await everybody.copy();
});
afterEach(() => bed.stop());

/** The proof beside services that are not there: who answers, what of, and what Kafka holds. */
function proving(others: Partial<Asked> = {}) {
  const asked: string[][] = [];
  const answer = { traces: [], tables: 1, unread: [] } as FoundTraces;
  const own = new Traces(bed.db.database, bed.db.unitOfWork, keepsIds);
  const metering = {
    service: 'metering',
    findTraces: (ids: readonly string[]) => {
      asked.push([...ids]);
      return others.metering?.(ids) ?? Promise.resolve(answer);
    },
    tellPersonalData: () => Promise.resolve({ tables: [] }),
  };
  const accounts: AccountTraces = { of: () => Promise.resolve([...(others.accounts ?? [])]) };
  const log = {
    of: (_topic: string, keys: readonly string[]) =>
      Promise.resolve(new Map(keys.map((key) => [key, { partition: 0, states: 0 }]))),
  } as unknown as LoggedStates;
  const proven = new ProvenErasures(bed.db.database);
  const businessDate = new PgBusinessDate(bed.db.database);
  const prove = new ProveErasure(proven, businessDate, own, { all: [metering] }, accounts, log);
  const logger = createLogger('test', 'silent');
  return { prove, proven, asked, night: new ProveByNight(proven, prove, businessDate, logger) };
}
type Asked = {
  metering: (ids: readonly string[]) => Promise<FoundTraces>;
  accounts: readonly AccountTrace[];
};
const anAccount = (personId: string): AccountTrace => ({
  ...{ personId, accountId: randomUUID(), isDeleted: true, closingEndsOn: undefined },
  ...{ hasSourceKey: false, hasLogin: false, entId: 'ENT-USER-1', ent: 'ABSENT' },
  ...{ entPurgedBy: undefined, queued: false, lettersPrinted: 0, lastLetterOn: undefined },
});

test('SUP-4: the proof asks every service of the person, its accounts and its users of the ENT, and is kept', async () => {
  const [gone, second] = await someLeave(bed);
  const { personId } = gone!;
  await expect(proving().prove.execute(personId)).rejects.toMatchObject({ code: 'NOT_ERASED' });
  await expect(proving().prove.execute('no id')).rejects.toMatchObject({ code: 'NOT_ERASED' });
  await bed.onDay('2023-01-01');
  await endImports(bed);
  await eraseAll(bed);
  const account = anAccount(personId);
  const { prove, asked, proven } = proving({ accounts: [account] });
  const { erasure, places } = await prove.execute(personId.toUpperCase());
  expect(asked).toEqual([[personId, account.accountId, 'ent-user-1']]);
  expect(erasure).toMatchObject({ personId, leftOn: '2022-10-03', unexpected: 0 });
  const directory = places.filter(({ system }) => system === 'directory');
  // The tombstone waits to be published.
  expect(directory.map(({ place, verdict }) => `${place} ${verdict}`)).toEqual(
    expect.arrayContaining([
      'platform.audit_entry.details ALLOWED',
      'platform.outbox.key ALLOWED',
      'public.erasure.person_id ALLOWED',
    ]),
  );
  expect(await proven.of([personId])).toMatchObject([
    { unexpected: 0, provedAt: expect.any(Date) },
  ]);

  // What is found of somebody else is not told of this one; what nothing allows is counted, and stays until it is mended.
  const hit = (id: string) => ({ id, place: 'public.t.c', rows: 1, because: '', until: '' });
  const found = proving({
    metering: () =>
      Promise.resolve({ traces: [hit(second!.personId), hit(personId)], tables: 1, unread: [] }),
  });
  await found.prove.executeAll([personId, second!.personId]);
  expect(await proven.unexpected()).toBe(2);
  expect((await proven.of([personId]))[0]).toMatchObject({ unexpected: 1 });
  const unavailable = proving({ metering: () => Promise.reject(new Error('away')) });
  await expect(unavailable.prove.execute(personId)).rejects.toThrow('away');
  expect(await proven.unexpected()).toBe(2);
});

test('SUP-4: each night proves the newest erasures that had their time, and again those with a finding', async () => {
  const left = await someLeave(bed);
  await bed.onDay('2023-01-01');
  await endImports(bed);
  await eraseAll(bed);
  const { night, proven } = proving();
  await bed.onDay('2023-01-09');
  expect(await bed.parts().tellAgain.execute()).toBe(left.length);
  await bed.onDay('2023-01-15');
  expect(await night.execute()).toBe(0);
  await bed.onDay('2023-01-16');
  const [first] = left;
  const hit = { id: first!.personId, place: 'public.t.c', rows: 1, because: '', until: '' };
  const finding = proving({
    metering: () => Promise.resolve({ traces: [hit], tables: 1, unread: [] }),
  });
  expect(await finding.night.execute()).toBe(left.length);
  expect(await proven.unexpected()).toBe(1);
  expect(await proven.toProve(localDate('2023-01-16'), 20)).toEqual([first!.personId]);
  expect(await night.execute()).toBe(1);
  expect(await proven.unexpected()).toBe(0);
  expect(await night.execute()).toBe(0);
  // Of what was allowed until a day it is looked again after it: an ENT that does not empty its trash is seen.
  const [one] = await proven.of([first!.personId]);
  await proven.keep([{ ...one!, provedAt: new Date(), heldUntil: localDate('2023-01-20') }]);
  expect(await proven.toProve(localDate('2023-01-20'), 20)).toEqual([]);
  expect(await proven.toProve(localDate('2023-01-21'), 20)).toEqual([first!.personId]);
});

test('SUP-4: the proof tells where a key of the source was still said, and no key is kept for it', async () => {
  const [gone] = await someLeave(bed);
  await bed.db.database.query(
    `insert into stated_link (source, child_key, guardian_key, relation) values ($1, 'x', $2, '1')`,
    [sourceCode, gone!.sourceKey],
  );
  await bed.onDay('2023-01-01');
  await endImports(bed);
  await eraseAll(bed);
  const { prove } = proving();
  const { places } = await prove.execute(gone!.personId);
  expect(places.filter(({ verdict }) => verdict === 'UNEXPECTED')).toMatchObject([
    { system: 'directory', place: 'public.stated_link.guardian_key', rows: 1 },
  ]);
  expect(await tablesThatSay(bed.db.database, [gone!.sourceKey])).toEqual(['public.stated_link']);
});
