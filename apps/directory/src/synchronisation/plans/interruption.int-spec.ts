import { jest } from '@jest/globals';
import { PgOutbox } from '#libs/messaging';
import {
  caller,
  ImportBed,
  leaving,
  schools,
  sourceCode,
  uaiA,
} from '../../../test/import-bed.test-support.js';
import { Delivery } from '../deliveries/delivery.pg.js';
import { PartExecution } from './part-execution.pg.js';
import { PlanMaking } from './plan-making.pg.js';

// Of a proof, thirteen places instead of five.
jest.setTimeout(process.env['PROVE'] ? 900_000 : 300_000);

/**
 * Goal: an import that dies anywhere goes on to the same end, with every event counted once (PRV-2). Method: each step
 * of reading, planning and applying fails once, before or after its own work, on a connection that is then thrown away:
 * one of each kind here, all of them by `npm run prove -- directory`.
 */
type Place = { readonly at: string; readonly fail: () => { mockRestore(): void } };

const killed = new Error('killed');
const once = (
  prototype: object,
  method: string,
  { after = false, call = 1 }: { after?: boolean; call?: number } = {},
): Place => ({
  at: `${method} ${after ? 'done' : 'begins'}, call ${call}`,
  fail: () => {
    const owner = prototype as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const real = owner[method]!;
    let calls = 0;
    return jest.spyOn(owner, method).mockImplementation(async function (
      this: unknown,
      ...args: unknown[]
    ) {
      calls += 1;
      if (calls === call && !after) throw killed;
      const answer = await real.apply(this, args);
      if (calls === call && after) throw killed;
      return answer;
    });
  },
});

const places: readonly Place[] = [
  once(Delivery.prototype, 'keep'),
  once(PartExecution.prototype, 'applySchools', { after: true }),
  once(PartExecution.prototype, 'applyBatch', { call: 3, after: true }),
  // In the middle of a batch's transaction: its events are not kept.
  once(PgOutbox.prototype, 'add', { call: 4, after: true }),
  once(PartExecution.prototype, 'complete', { after: true }),
];
const otherPlaces: readonly Place[] = [
  once(Delivery.prototype, 'stage', { call: 3 }),
  once(Delivery.prototype, 'keep', { after: true }),
  once(PlanMaking.prototype, 'current', { after: true }),
  once(PartExecution.prototype, 'next', { after: true }),
  once(PartExecution.prototype, 'applySchools'),
  once(PartExecution.prototype, 'applyBatch', { call: 3 }),
  once(PartExecution.prototype, 'complete'),
  once(PartExecution.prototype, 'conclude'),
];

/** Enough for each step to be met more than once. */
const small = schools.map(({ uai }) => ({ uai, headcount: 45 }));
let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.start();
});
afterAll(() => bed.stop());

/** The first import, then one with a held part that is approved: what is stored, told and counted. */
async function story(name: string, place?: Place) {
  await bed.renew();
  const ids = new Set<string>();
  const told: number[] = [];
  for (const [folder, options] of [
    [`${name}-full`, {}],
    [`${name}-less`, leaving(uaiA, 30)],
  ] as const) {
    await bed.onDay(folder.endsWith('less') ? '2022-10-03' : '2022-09-01');
    await bed.generate(folder, { schools: small, ...options });
    const { start, runImport, workspace } = bed.parts({ batchPeople: 100 });
    const { importId } = await start.execute({ folder, sourceCode, caller });
    const failing = folder.endsWith('full') ? place?.fail() : undefined;
    const run = async () => {
      const open = await workspace.open();
      if (!open) return;
      try {
        await runImport.execute(open);
      } finally {
        await open.close();
      }
    };
    if (failing) {
      await expect(run()).rejects.toThrow(killed);
      failing.mockRestore();
    }
    await run();
    if (folder.endsWith('less')) await bed.decide(importId, 'APPROVED');
    const { people, completed } = await bed.emitted();
    expect(completed.reduce((sum, { personEvents }) => sum + personEvents, 0)).toBe(people.length);
    for (const { personId } of people) ids.add(personId);
    told.push(people.length);
  }
  return { stored: await bed.stored(), people: ids.size, told };
}

test('DIR-1, DIR-3: it ends alike, wherever it dies', async () => {
  const undisturbed = await story('whole');
  expect(undisturbed.people).toBe(undisturbed.told[0]);
  const tried = [...places, ...(process.env['PROVE'] ? otherPlaces : [])];
  for (const [index, place] of tried.entries()) {
    expect({ at: place.at, ...(await story(`killed-${index}`, place)) }).toEqual({
      at: place.at,
      ...undisturbed,
    });
  }
});
