import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { ListPlanChangesRequestSchema } from '#libs/contracts';
import {
  caller,
  current,
  ImportBed,
  leaving,
  schools,
  sourceCode,
  uaiA,
  uaiB,
  uaiC,
} from '../../../test/import-bed.test-support.js';
import { PlanDecisions } from './plan-decisions.pg.js';
import { Plans } from './plans.pg.js';
import { PlansRpc } from './plans.rpc.js';

jest.setTimeout(120_000);

/** Goal: what a plan holds waits, school by school, and what is approved is what happens (DIR-3). */
let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
afterEach(() => bed.stop());

/** Four schools are in; from now on it is October, and no season. */
async function inOctober(): Promise<string[]> {
  bed = await everybody.copy();
  await bed.onDay('2022-10-03');
  return bed.stored();
}

test('DIR-3: a school over its threshold is held and changes nothing, the others go on; approved, exactly that happens', async () => {
  await inOctober();
  await bed.generate('less', {
    exportedOn: '2022-10-03',
    changes: [
      { kind: 'leave', uai: uaiA, count: 30, day: '2022-10-01' },
      { kind: 'enter', uai: uaiC, count: 2, day: '2022-10-02' },
    ],
  });
  const held = await bed.import('less');
  expect(held.state).toBe('HELD');
  const { rows: braked } = await bed.db.database.query<{ subject: string }>(
    `select subject from remark_line where import_id = $1 and code = 'BRAKE'`,
    [held.importId],
  );
  expect(braked).toEqual([{ subject: expect.stringMatching(`^${uaiA} : départs \\d+ sur \\d+$`) }]);
  expect((await bed.schoolStates(held.importId))[uaiA]).toBe('HELD');
  expect((await bed.schoolStates(held.importId))[uaiC]).toBe('RELEASED');
  const first = await bed.emitted();
  expect(first.people.some((person) => current(person).includes(uaiC))).toBe(true);
  expect(first.people.some((person) => current(person).length === 0)).toBe(false);
  expect(first.completed).toMatchObject([
    { importId: held.importId, personEvents: first.people.length },
  ]);
  expect(first.completed[0]!.uais).not.toContain(uaiA);
  expect(await bed.parts().worker.runNext()).toBe(false);
  // Who reads what changes is shown these schools alone, by name.
  const reader = new Plans(bed.db.database);
  const all = { state: '', seen: undefined, limit: 200, after: undefined };
  const changing = await reader.schools(held.planId, { ...all, changingOnly: true });
  const whole = await reader.schools(held.planId, { ...all, changingOnly: false });
  const moves = whole.filter(({ state, figures: { present: _, ...moved } }) =>
    [state === 'RELEASED' ? 0 : 1, ...Object.values(moved)].some((count) => count > 0),
  );
  expect(changing).toEqual(moves);
  expect(whole.length).toBeGreaterThan(changing.length);
  expect(changing.map(({ uai }) => uai)).toEqual(expect.arrayContaining([uaiA, uaiC]));
  expect(changing.filter(({ name, commune }) => name === '' || commune === '')).toEqual([]);
  // Read page by page, each difference comes once.
  const seqs: number[] = [];
  const plans = new PlansRpc(bed.parts().decide, reader);
  for (let cursor = '', pages = 0; pages === 0 || cursor !== ''; pages += 1) {
    const asked = create(ListPlanChangesRequestSchema, { planId: held.planId, limit: 20, cursor });
    const page = await plans.changes(asked);
    seqs.push(...page.changes.map(({ seq }) => seq));
    cursor = page.nextCursor;
  }
  expect(seqs).toHaveLength(await bed.count(`plan_change where plan_id = '${held.planId}'`));
  expect(new Set(seqs).size).toBe(seqs.length);

  const done = await bed.decide(held.importId, 'APPROVED');
  expect(done.state).toBe('COMPLETED');
  const second = await bed.emitted();
  const leavers = second.people.filter((person) => current(person).length === 0);
  expect(leavers.length).toBe(done.peopleRemoved);
  expect(leavers.length).toBeGreaterThanOrEqual(30);
  expect(leavers.every(({ enrolments }) => enrolments[0]!.period!.endsOn === '2022-10-03')).toBe(
    true,
  );
  // PRV-2: a part of its own, with its own count.
  const [part] = second.completed;
  expect(part).toMatchObject({ personEvents: second.people.length, uais: [uaiA] });
  expect(part!.importId).not.toBe(held.importId);
  expect(second.people.every(({ importId }) => importId === part!.importId)).toBe(true);
  await expect(bed.decide(held.importId, 'APPROVED')).rejects.toMatchObject({
    code: 'IMPORT_NOT_HELD',
  });
});

test('DIR-3: files swapped between approval and execution change nothing of what was approved', async () => {
  await inOctober();
  await bed.generate('less', leaving(uaiA, 30));
  await bed.generate('aside', leaving(uaiA, 80));
  const held = await bed.import('less');
  cpSync(join(bed.root, 'aside'), join(bed.root, 'less'), { recursive: true });
  const planned = await bed.count(`plan_change c join plan p using (plan_id)
    where p.import_id = '${held.importId}' and c.kind = 'END'`);
  const done = await bed.decide(held.importId, 'APPROVED');
  expect(done).toMatchObject({ state: 'COMPLETED', peopleRemoved: planned });
  expect(planned).toBeLessThan(80);
});

test('DIR-3: files swapped between the demand and the reading are refused', async () => {
  const before = await inOctober();
  await bed.generate('asked', leaving(uaiA, 3));
  await bed.generate('other', leaving(uaiA, 4));
  const { start, worker, imports } = bed.parts();
  const { importId } = await start.execute({ folder: 'asked', sourceCode, caller });
  cpSync(join(bed.root, 'other'), join(bed.root, 'asked'), { recursive: true });
  await worker.runNext();
  expect(await imports.get(importId)).toMatchObject({
    state: 'REFUSED',
    remarks: [{ code: 'DELIVERY_CHANGED' }],
  });
  expect(await bed.stored()).toEqual(before);
});

test('DIR-3: held schools are approved and rejected one by one', async () => {
  await inOctober();
  await bed.generate('less', {
    exportedOn: '2022-10-03',
    changes: [uaiA, uaiB].map((uai) => ({ kind: 'leave', uai, count: 20, day: '2022-10-01' })),
  });
  // Two schools of four: over the threshold of the whole, too.
  const held = await bed.import('less');
  const states = await bed.schoolStates(held.importId);
  expect([states[uaiA], states[uaiB]]).toEqual(['HELD', 'HELD']);
  await expect(bed.decide(held.importId, 'APPROVED', uaiA, 'pour voir')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  const one = await bed.decide(held.importId, 'APPROVED', uaiA);
  expect(one.state).toBe('HELD');
  const gone = async (uai: string) =>
    bed.count(`enrolment where profile = 'STUDENT' and uai = '${uai}' and ends_on is not null`);
  expect([await gone(uaiA), await gone(uaiB)]).toEqual([20, 0]);
  const both = await bed.decide(held.importId, 'REJECTED', uaiB);
  expect([both.state, await gone(uaiB)]).toEqual(['COMPLETED', 0]);
  const { rows } = await bed.db.database.query(
    `select action, details->>'uai' as uai, actor from platform.audit_entry
     where action in ('import.approved', 'import.rejected') order by action`,
  );
  expect(rows).toEqual([
    { action: 'import.approved', uai: uaiA, actor: 'u-1' },
    { action: 'import.rejected', uai: uaiB, actor: 'u-1' },
  ]);
});

test('DIR-3: over the threshold of the whole everything is held, and nothing is written', async () => {
  const before = await inOctober();
  await bed.generate('less', {
    exportedOn: '2022-10-03',
    changes: schools.map(({ uai }) => ({ kind: 'leave', uai, count: 14, day: '2022-10-01' })),
  });
  const held = await bed.import('less');
  expect(held).toMatchObject({ state: 'HELD', peopleApplied: 0 });
  const { rows: braked } = await bed.db.database.query(
    `select from remark_line where import_id = $1 and subject ~ '^toutes les écoles : départs \\d+ sur \\d+$'`,
    [held.importId],
  );
  expect(braked).toHaveLength(1);
  expect(await bed.stored()).toEqual(before);
  expect(await bed.emitted()).toMatchObject({ people: [], completed: [] });
  const rejected = await bed.decide(held.importId, 'REJECTED');
  expect(rejected.state).toBe('REFUSED');
  expect(await bed.stored()).toEqual(before);
});

test('DIR-3: a family that leaves a school of nine holds nobody', async () => {
  bed = await ImportBed.start();
  const few = [
    { uai: uaiA, headcount: 90 },
    { uai: uaiB, headcount: 4 },
  ];
  await bed.generate('full', { schools: few });
  await bed.import('full');
  await bed.onDay('2022-11-03');
  await bed.generate('less', {
    ...{ schools: few, exportedOn: '2022-11-03' },
    changes: [{ kind: 'leave', uai: uaiB, count: 1, day: '2022-11-01' }],
  });
  const report = await bed.import('less');
  expect(report.state).toBe('COMPLETED');
  expect(report.peopleRemoved).toBeGreaterThan(0);
});

const pupilsOf = (text: string) => text.match(/<addRequest>[\s\S]*?<\/addRequest>\n/g) ?? [];
const isOfPupils = (file: string) => /_Eleve_/.test(file) && !/PersRelEleve/.test(file);

test('DIR-3: a September in which every CM2 has left passes without a click', async () => {
  bed = await ImportBed.start();
  await bed.generate('june');
  await bed.import('june');
  await bed.onDay('2022-09-05');
  const { files } = await bed.generate('september', { exportedOn: '2022-09-05' });
  bed.edit('september', files.filter(isOfPupils), (text) => {
    const oldest = pupilsOf(text).filter((pupil) => pupil.includes('1125$CM2'));
    expect(oldest.length).toBeGreaterThan(10);
    return oldest.reduce((left, pupil) => left.replace(pupil, ''), text);
  });
  const report = await bed.import('september');
  expect(report.state).toBe('COMPLETED');
  expect(report.peopleRemoved).toBeGreaterThan(40);
});

test('DIR-3: a file whose names slipped by one line is held, also at the rentrée', async () => {
  bed = await ImportBed.start();
  await bed.generate('good');
  await bed.import('good');
  await bed.emitted();
  await bed.onDay('2022-09-05');
  const before = await bed.stored();
  const { files } = await bed.generate('slipped', { exportedOn: '2022-09-05' });
  const named =
    /<attr name="(ENTPersonNom|ENTPersonPrenom|ENTPersonDateNaissance)"><value>([^<]*)<\/value>/g;
  bed.edit('slipped', files.filter(isOfPupils), (text) => {
    const values = new Map<string, string[]>();
    for (const [, name = '', value = ''] of text.matchAll(named))
      values.set(name, [...(values.get(name) ?? []), value]);
    for (const list of values.values()) list.unshift(list.pop()!);
    return text.replace(
      named,
      (_all, name: string) => `<attr name="${name}"><value>${values.get(name)!.shift()}</value>`,
    );
  });
  const held = await bed.import('slipped');
  expect(held).toMatchObject({ state: 'HELD', peopleApplied: 0 });
  expect(await bed.count(`plan_change where kind = 'IDENTITY'`)).toBeGreaterThan(200);
  expect(await bed.stored()).toEqual(before);
});

test('DIR-3: what an import that is given up still held is nobody’s to approve any more', async () => {
  const before = await inOctober();
  await bed.generate('less', leaving(uaiA, 30));
  const { importId } = await bed.import('less');
  await bed.db.database.query(`update directory_import set state = 'FAILED' where import_id = $1`, [
    importId,
  ]);
  await bed.db.unitOfWork.run((tx) => new PlanDecisions().giveUpFailed(tx, '2022-10-17', 14));
  expect((await bed.schoolStates(importId))[uaiA]).toBe('EXPIRED');
  await expect(bed.decide(importId, 'APPROVED')).rejects.toMatchObject({
    code: 'IMPORT_NOT_HELD',
  });
  expect(await bed.stored()).toEqual(before);
});
