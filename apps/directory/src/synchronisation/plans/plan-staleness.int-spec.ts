import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { caller, ImportBed, leaving, uaiA, uaiB } from '../../../test/import-bed.test-support.js';
import { Delivery } from '../deliveries/delivery.pg.js';

jest.setTimeout(120_000);

/** Goal: a plan whose source or directory moved is not executed, and an older delivery undoes nothing (DIR-3). */
let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
beforeEach(async () => {
  bed = await everybody.copy();
  await bed.onDay('2022-10-03');
});
afterEach(() => bed.stop());

/** Held: thirty pupils of one school would leave. */
async function held() {
  await bed.generate('less', leaving(uaiA, 30));
  const report = await bed.import('less');
  expect(report.state).toBe('HELD');
  await bed.emitted();
  return report.importId;
}
const decidedBy = (who: string) =>
  `decided_by = '${who}', decided_on = '2022-10-03', reason = 'AUTRE'`;
const approveOnly = async (importId: string) => {
  const { decide, worker, imports } = bed.parts();
  await decide.execute({ of: { importId }, verdict: 'APPROVED', reason: 'AUTRE', caller });
  return { runOn: async () => (await worker.runNext(), imports.get(importId)) };
};

test('DIR-3: an export older than the last one applied is refused, and undoes nothing', async () => {
  await bed.generate('new', leaving(uaiA, 3));
  await bed.import('new');
  await bed.emitted();
  const before = await bed.stored();
  await bed.generate('old', { exportedOn: '2022-09-20' });
  expect(await bed.import('old')).toMatchObject({
    state: 'REFUSED',
    peopleApplied: 0,
    remarks: [{ code: 'DELIVERY_OLDER' }],
  });
  expect(await bed.stored()).toEqual(before);
  expect(await bed.emitted()).toMatchObject({ people: [], completed: [] });
});

test('DIR-3: age is judged school by school: only what was held takes data of before', async () => {
  const importId = await held();
  await bed.decide(importId, 'REJECTED');
  await bed.generate('between', { ...leaving(uaiA, 2), exportedOn: '2022-10-02' });
  const report = await bed.import('between');
  expect(report).toMatchObject({ state: 'COMPLETED' });
  expect(report.remarks.map(({ code }) => code)).toContain('SCHOOL_OLDER');
  const states = await bed.schoolStates(report.importId);
  expect([states[uaiA], states[uaiB]]).toEqual(['RELEASED', 'OLDER']);
});

test('DIR-3: a younger delivery takes the place of what an older one still holds: it is approved no more', async () => {
  const importId = await held();
  await bed.onDay('2022-10-10');
  await bed.generate('newer', { exportedOn: '2022-10-10' });
  expect((await bed.import('newer')).state).toBe('COMPLETED');
  const before = await bed.stored();
  expect((await bed.schoolStates(importId))[uaiA]).toBe('REPLACED');
  await expect(bed.decide(importId, 'APPROVED')).rejects.toMatchObject({ code: 'IMPORT_NOT_HELD' });
  expect(await bed.stored()).toEqual(before);
  expect((await bed.parts().imports.get(importId)).state).toBe('COMPLETED');
});

test('PLAN_STALE: younger data of that school were applied since: an approval is refused', async () => {
  const importId = await held();
  await bed.db.database.query(`update applied_school set dated_on = '2022-10-20' where uai = $1`, [
    uaiA,
  ]);
  await expect(bed.decide(importId, 'APPROVED')).rejects.toMatchObject({ code: 'PLAN_STALE' });
});

test('DIR-3: the directory moved after the approval: planned anew, and the approval stays where the changes are the same', async () => {
  const importId = await held();
  const { runOn } = await approveOnly(importId);
  await bed.db.database.query(
    `update person set revision = revision + 1, import_id = null
     where person_id = (select person_id from plan_change where kind = 'END' limit 1)`,
  );
  const done = await runOn();
  expect(done.state).toBe('COMPLETED');
  expect(done.remarks.map(({ code }) => code)).toContain('PLAN_STALE');
  expect(await bed.count('plan')).toBe(3);
  const { people, completed } = await bed.emitted();
  expect(completed.reduce((sum, { personEvents }) => sum + personEvents, 0)).toBe(people.length);
  expect(done.peopleRemoved).toBeGreaterThanOrEqual(30);
});

test('DIR-3: the source moved after the approval: planned anew, and held again where the changes are others', async () => {
  const importId = await held();
  const { runOn } = await approveOnly(importId);
  await bed.db.database.query(
    `update stated_person set digest = $1 where person_id = (select person_id from plan_change where kind = 'END' limit 1)`,
    [randomUUID()],
  );
  const report = await runOn();
  expect(report).toMatchObject({ state: 'HELD', peopleRemoved: 0 });
  expect((await bed.decide(importId, 'APPROVED')).peopleRemoved).toBeGreaterThanOrEqual(30);
});

test('DIR-3: what nobody decides expires', async () => {
  const before = await bed.stored();
  const importId = await held();
  await bed.expire('2022-10-16');
  expect((await bed.schoolStates(importId))[uaiA]).toBe('HELD');
  await bed.expire('2022-10-17');
  expect((await bed.schoolStates(importId))[uaiA]).toBe('EXPIRED');
  await expect(bed.decide(importId, 'APPROVED')).rejects.toMatchObject({ code: 'IMPORT_NOT_HELD' });
  expect(await bed.stored()).toEqual(before);
});

test('SUP-4: an import that failed and that nobody retries is given up, and its delivery of people goes', async () => {
  const importId = await held();
  await bed.db.asOwner(
    `update directory_import set state = 'FAILED' where import_id = '${importId}'`,
  );
  const kept = async () =>
    (await bed.db.database.query('select from delivered_person')).rowCount ?? 0;
  await bed.expire('2022-10-16');
  while (await bed.parts().ended.removeSome());
  expect(await kept()).toBeGreaterThan(0);
  await bed.expire('2022-10-17');
  while (await bed.parts().ended.removeSome());
  expect(await kept()).toBe(0);
  await expect(bed.parts().retry.execute({ importId, caller })).rejects.toMatchObject({
    code: 'IMPORT_NOT_FAILED',
  });
});

test('DIR-3: whoever writes, a kept delivery and a plan stay as they were made', async () => {
  const importId = await held();
  for (const [attack, code] of [
    [
      `insert into delivered_person select import_id, 'x', 1, 'X', 'Y', null, null, digest from delivered_person limit 1`,
      '23001',
    ],
    [`delete from delivered_person where import_id = '${importId}'`, '23001'],
    [`update delivered_person set last_name = 'X'`, '42501'],
    [`update plan_change set kind = 'NEW'`, '42501'],
    [`update plan_change set part = 7 where part is not null`, '23001'],
    [`update plan set changes_digest = gen_random_uuid()`, '42501'],
    [`update plan_school set ended = 0`, '42501'],
    // What waits is let through by a decision of somebody's that the journal tells, and by nothing else.
    [`update plan_change set part = 1 where part is null`, '23001'],
    [`update plan_school set part = 1 where state = 'HELD'`, '23001'],
    [`update plan_school set state = 'RELEASED' where state = 'HELD'`, '23001'],
    [`update plan_school set state = 'APPROVED' where state = 'HELD'`, '23001'],
    [
      `update plan_school set state = 'APPROVED', ${decidedBy('u-1')} where state = 'HELD'`,
      '23001',
    ],
    [
      `update plan_school set state = 'REJECTED', ${decidedBy('u-1')} where state = 'HELD'`,
      '23001',
    ],
    [`update plan_school set ${decidedBy('u-1')} where state = 'HELD'`, '23001'],
    [
      `insert into plan_school select plan_id, 'X' || uai, present, added, changed, identities, ended, returned, gen_random_uuid(),
         structure_before, structure_after, 'APPROVED' from plan_school`,
      '23001',
    ],
  ] as const)
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code });
  // Added to by whoever may: it is not what was planned any more.
  await bed.db.asOwner(
    `insert into plan_change select plan_id, seq + 100000, source_key || 'x', person_id, kind, reason, uais, digest_before, digest_after, revision_before, part
     from plan_change where kind = 'END' limit 1`,
  );
  const { runOn } = await approveOnly(importId);
  expect(await runOn()).toMatchObject({ peopleRemoved: 0 });
});

test('DIR-2, DIR-5: who somebody is by a statement that was written past any import is stated anew by the next full export', async () => {
  const [{ source_key: key } = { source_key: '' }] = await bed.db.database.rows<{
    source_key: string;
  }>(`select source_key from stated_person where entity = 1 order by source_key limit 1`);
  await bed.db.database.query(
    `update stated_person set last_name = 'Fausse', birth_date = '2001-01-01', ine_hash = 'x' where source_key = $1`,
    [key],
  );
  await bed.generate('again', {});
  expect(await bed.import('again')).toMatchObject({ state: 'COMPLETED', peopleApplied: 1 });
  expect(await bed.count(`stated_person where last_name = 'Fausse' or ine_hash = 'x'`)).toBe(0);
  // Once it is right, the same again writes no row.
  await bed.generate('and-again', {});
  expect(await bed.import('and-again')).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
});

test('DIR-3: whoever writes, what was decided of a plan, and a plan that was replaced, stay', async () => {
  const importId = await held();
  await bed.parts().decide.execute({
    ...{ of: { importId }, verdict: 'REJECTED', reason: 'AUTRE', caller },
  });
  await bed.db.asOwner(`update plan set state = 'STALE'`);
  for (const attack of [
    `update plan_school set state = 'APPROVED', ${decidedBy('u-2')} where state = 'REJECTED'`,
    `update plan_school set state = 'HELD' where state = 'REJECTED'`,
    `update plan_school set ${decidedBy('u-2')} where state = 'REJECTED'`,
    `update plan_school set part = 9 where state = 'REJECTED'`,
    `update plan_school set part = null where part is not null`,
    `update plan set state = 'CURRENT'`,
  ])
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '23001' });
  expect(await bed.count(`plan_school where state = 'REJECTED'`)).toBe(1);
  expect(await bed.count('person where left_on is not null')).toBe(0);
});

test('a run that failed for a cause of ours goes on when it is retried, nothing renamed', async () => {
  await bed.generate('again', leaving(uaiA, 3));
  const failing = jest.spyOn(Delivery.prototype, 'keep').mockRejectedValue(new Error('no room'));
  const { start, worker, imports, retry } = bed.parts();
  const { importId } = await start.execute({
    ...{ folder: 'again', sourceCode: 'aaf1d-nantes', caller },
  });
  for (let attempt = 0; attempt < 3; attempt += 1) await worker.runNext();
  expect(await imports.get(importId)).toMatchObject({
    state: 'FAILED',
    remarks: [{ code: 'IMPORT_FAILED' }],
  });
  expect(await worker.runNext()).toBe(false);
  failing.mockRestore();
  await retry.execute({ importId, caller });
  await worker.runNext();
  expect((await imports.get(importId)).state).toBe('COMPLETED');
  await expect(retry.execute({ importId, caller })).rejects.toMatchObject({
    code: 'IMPORT_NOT_FAILED',
  });
});
