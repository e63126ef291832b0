import { jest } from '@jest/globals';
import { audit, type Transaction } from '#libs/persistence';
import { localDate } from '#libs/time';
import {
  caller,
  ImportBed,
  leaving,
  sourceCode,
  uaiA,
} from '../../test/import-bed.test-support.js';
import { PartExecution } from './plans/part-execution.pg.js';
import { PlanDecisions } from './plans/plan-decisions.pg.js';

jest.setTimeout(240_000);

/**
 * Goal: whatever two imports of one source and one decision do at the same time, the younger data stand in the end, nobody
 * is told what does not happen, and nothing is done again for it (DIR-3). Method: two workers, and transactions that are
 * held open where they meet.
 */
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

const states = async () => {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', dated_on, state, attempts) as text from directory_import order by dated_on`,
  );
  return rows.map(({ text }) => text);
};

/** Who is where now. */
async function present({ db }: ImportBed): Promise<string[]> {
  const { rows } = await db.database.query<{ text: string }>(
    `select concat_ws(' ', p.source_key, e.profile, e.uai, e.class_id) as text
     from person p join enrolment e using (person_id) where e.ends_on is null order by 1`,
  );
  return rows.map(({ text }) => text);
}

/** Until nothing is left to do, as two processes would. */
async function work(): Promise<void> {
  const workers = [bed.parts().worker, bed.parts().worker];
  await Promise.all(
    workers.map(async (worker) => {
      for (let idle = 0; idle < 3;) {
        if (await worker.runNext()) idle = 0;
        else {
          idle += 1;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    }),
  );
}

/** Thirty pupils would leave one school: held. */
async function held() {
  await bed.generate('less', leaving(uaiA, 30));
  const report = await bed.import('less');
  expect(report.state).toBe('HELD');
  return report;
}

test.each([
  ['the older one first', ['older', 'younger']],
  ['the younger one first', ['younger', 'older']],
  ['both at once', undefined],
])('DIR-3: two exports of one source, %s, come to what the younger one says', async (_, order) => {
  // By the older one eight pupils have left of whom the younger one states five again, and others have come.
  const enter = { kind: 'enter', uai: uaiA, count: 2, day: '2022-09-12' } as const;
  const options = {
    older: { ...leaving(uaiA, 8), exportedOn: '2022-09-20' },
    younger: { changes: [...leaving(uaiA, 3).changes!, enter], exportedOn: '2022-10-03' },
  };
  const alone = await everybody.copy();
  await alone.onDay('2022-10-03');
  await alone.generate('younger', options.younger);
  await alone.import('younger');
  const wanted = await present(alone);
  await alone.stop();
  const names = ['older', 'younger'] as const;
  for (const name of names) await bed.generate(name, options[name]);
  const begin = (name: string) => bed.parts().start.execute({ folder: name, sourceCode, caller });
  if (order) for (const name of order) await begin(name);
  else await Promise.all(names.map(begin));
  await work();
  expect(await present(bed)).toEqual(wanted);
  expect(await states()).toContainEqual('2022-10-03 COMPLETED 1');
});

test('DIR-3: an older part that is approved while a younger export is planned is that one’s to answer, and nobody waits for nobody', async () => {
  const { planId, importId } = await held();
  await bed.onDay('2022-10-10');
  await bed.generate('newer', { exportedOn: '2022-10-10' });
  const { start, worker } = bed.parts();
  await start.execute({ folder: 'newer', sourceCode, caller });
  // Somebody approves: the import is locked, and no school of it is written yet.
  let isLocked = () => undefined as void;
  const locked = new Promise<void>((resolve) => (isLocked = resolve));
  let goOn = () => undefined as void;
  const going = new Promise<void>((resolve) => (goOn = resolve));
  const approving = bed.db.unitOfWork.run(async (tx) => {
    let queries = 0;
    const slowly = {
      query: async (...asked: Parameters<Transaction['query']>) => {
        const answer = await tx.query(...asked);
        if ((queries += 1) === 1) {
          isLocked();
          await going;
        }
        return answer;
      },
    } as unknown as Transaction;
    const by = { by: 'u-1', on: '2022-10-10', reason: 'AUTRE', seen: undefined };
    await new PlanDecisions().decide(slowly, { planId, uai: '', verdict: 'APPROVED', ...by });
    const businessDate = localDate(by.on);
    await audit(tx, {
      action: 'import.approved',
      subject: `import:${importId}`,
      actor: by.by,
      businessDate,
    });
  });
  await locked;
  const running = worker.runNext();
  // The younger one's plan stands still where it meets the decision.
  await untilSomebodyWaits();
  goOn();
  await approving;
  await running;
  await work();
  // Once each, and the older one's approval is not carried out: the younger export states who would have left.
  expect((await states()).slice(1)).toEqual(['2022-10-03 COMPLETED 2', '2022-10-10 COMPLETED 1']);
  expect((await bed.schoolStates(importId))[uaiA]).toBe('REPLACED');
  expect(await bed.count(`person where left_on is not null`)).toBe(0);
});

test('DIR-3: a part that is decided while a younger export of the source is applied is nobody’s to decide', async () => {
  const { planId } = await held();
  await bed.onDay('2022-10-10');
  await bed.generate('newer', { ...leaving(uaiA, 3), exportedOn: '2022-10-10' });
  const { start, worker, decide } = bed.parts();
  await start.execute({ folder: 'newer', sourceCode, caller });
  const real = PartExecution.prototype.applyBatch;
  const refusals: unknown[] = [];
  const applying = jest
    .spyOn(PartExecution.prototype, 'applyBatch')
    .mockImplementationOnce(async function (this: PartExecution, part) {
      for (const verdict of ['APPROVED', 'REJECTED'] as const)
        await decide
          .execute({ of: { planId }, verdict, reason: 'AUTRE', caller })
          .catch((error: { code?: unknown }) => refusals.push(error.code));
      return real.call(this, part);
    });
  await worker.runNext();
  applying.mockRestore();
  expect(refusals).toEqual(['IMPORT_NOT_HELD', 'IMPORT_NOT_HELD']);
  await work();
  expect((await states()).slice(1)).toEqual(['2022-10-03 COMPLETED 1', '2022-10-10 COMPLETED 1']);
});

/** Somebody waits for a lock that somebody else holds. */
async function untilSomebodyWaits(): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    const waiting = await bed.count(
      `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nobody waits');
}
