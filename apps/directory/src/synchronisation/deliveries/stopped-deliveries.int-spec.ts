import { cpSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { academy, caller, ImportBed } from '../../../test/import-bed.test-support.js';
import { PartExecution } from '../plans/part-execution.pg.js';
import { PlanMaking } from '../plans/plan-making.pg.js';
import { Delivery } from './delivery.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: a delta that comes after an older delivery which a fault stopped carries on what that one had to say (DIR-1,
 * DIR-3). Method: three days of one school by hand; the second day fails in one of its steps; another source delivers the
 * third day whole, and both must state the same.
 */
const chain = { ...academy, deliversDeltas: true };
const whole = { ...academy, sourceCode: 'aaf1d-entier', academyCode: '', priority: 20 };
const golden = join(import.meta.dirname, '../../../test/goldens/aaf-1d-full');

let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start('2025-09-15');
  const { declare } = bed.parts();
  for (const source of [chain, whole]) await declare.execute(source, caller);
  lay('first', 15, (text) => text);
  expect(await bed.import('first')).toMatchObject({ state: 'COMPLETED' });
});
afterEach(() => bed.stop());

function lay(name: string, day: number, change: (text: string) => string): void {
  cpSync(golden, join(bed.root, name), { recursive: true, filter: (path) => !/json$/.test(path) });
  for (const file of readdirSync(join(bed.root, name))) {
    const dated = file.replace('20250915', `202509${day}`);
    renameSync(join(bed.root, name, file), join(bed.root, name, dated));
    bed.edit(name, [dated], (text) => change(text.replace('15/09/2025', `${day}/09/2025`)));
  }
}

/** A school has another name, a teacher another one, a pupil another class, and a guardian is there no more. */
const secondDay = (text: string) =>
  text
    .replace('AUX QUATRE VENTS', 'AUX CINQ VENTS')
    .replace('<value>LEROUX<', '<value>LEROY<')
    .replace('4102$$$5$GS M. Petit', '4102$$$$$$8$GS Mme Blanc')
    .replace(
      /<addRequest>\s*<operationalAttributes>[^]*?<id>910002<[^]*?<\/addRequest>/g,
      (found) => found.slice(0, found.lastIndexOf('<addRequest>')),
    );
const thirdDay = (text: string) => secondDay(text).replace('<value>Lila<', '<value>Lilou<');

const delta = `<ficAlimMENESR><modifyRequest>
<operationalAttributes><attr name="categoriePersonne"><value>Eleve</value></attr></operationalAttributes>
<identifier><id>900101</id></identifier>
<modifications><modification name="ENTPersonPrenom" operation="replace"><value>Lilou</value></modification></modifications>
</modifyRequest></ficAlimMENESR>`;

/** The second day, failing in a step until it is given up. */
async function stoppedIn(prototype: object, method: string, fromCall = 1): Promise<string> {
  await bed.onDay('2025-09-16');
  lay('second', 16, secondDay);
  const owner = prototype as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const real = owner[method]!;
  let calls = 0;
  const failing = jest.spyOn(owner, method).mockImplementation(function (this: unknown, ...args) {
    calls += 1;
    return calls < fromCall ? real.apply(this, args) : Promise.reject(new Error('no room'));
  });
  const { start, worker, imports } = bed.parts({ batchPeople: 2 });
  const { importId } = await start.execute({
    folder: 'second',
    sourceCode: chain.sourceCode,
    caller,
  });
  for (let attempt = 0; attempt < 3; attempt += 1) await worker.runNext();
  failing.mockRestore();
  expect((await imports.get(importId)).state).toBe('FAILED');
  return importId;
}

async function third() {
  await bed.onDay('2025-09-17');
  bed.lay('third', { 'ENT1D_Delta_20250917_Eleve_0000.xml': delta });
  return bed.import('third', { datedOn: '2025-09-17' });
}

test.each([
  ['planned', PlanMaking.prototype, 'current', 1],
  ['applied half', PartExecution.prototype, 'applyBatch', 3],
] as const)(
  'DIR-3: of a full export that was %s and stopped, the next delta brings the rest',
  async (_, prototype, method, call) => {
    const stopped = await stoppedIn(prototype, method, call);
    expect(await third()).toMatchObject({ state: 'COMPLETED' });
    lay('whole', 17, thirdDay);
    const all = await bed.import('whole', { source: whole.sourceCode });
    expect(all).toMatchObject({ state: 'COMPLETED' });
    expect(await bed.stated(chain.sourceCode)).toEqual(await bed.stated(whole.sourceCode));
    // It is answered: there is nothing left to retry.
    const { retry } = bed.parts();
    await expect(retry.execute({ importId: stopped, caller })).rejects.toMatchObject({
      code: 'IMPORT_NOT_FAILED',
    });
  },
);

test('DIR-3: what was stopped before it was kept is refused once a younger delta is held, and undoes nothing', async () => {
  const stopped = await stoppedIn(Delivery.prototype, 'keep');
  expect(await third()).toMatchObject({ state: 'COMPLETED' });
  const before = await bed.stated(chain.sourceCode);
  const { retry, worker, imports } = bed.parts();
  await retry.execute({ importId: stopped, caller });
  await worker.runNext();
  const { state, remarks } = await imports.get(stopped);
  expect([state, remarks.map(({ code }) => code)]).toEqual([
    'REFUSED',
    expect.arrayContaining(['DELIVERY_OLDER']),
  ]);
  expect(await bed.stated(chain.sourceCode)).toEqual(before);
});
