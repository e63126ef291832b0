import { afterAll, beforeAll, expect, test, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  bedOfTwoSources,
  foundBefore,
  MergingWorld,
  type Step,
  steps,
} from '../../test/any-merging.test-support.js';
import type { ImportBed } from '../../test/import-bed.test-support.js';
import { everythingIn } from '../../test/merging.test-support.js';

jest.setTimeout(3_600_000);

/**
 * Goal: a merge is undone exactly, whatever came before, between and after (DIR-2). Method: imports of two sources, merges
 * and their undoing, as they come. One of the merges that stand is undone: what is stored is what the same events store
 * without it. All are: what is stored is what the imports alone store, on the same days. The same few sequences each
 * time, others by `npm run prove -- any-merges`; `FC_RUNS`: how many, `FC_SEED` and `FC_PATH`: the same again.
 */
let bed: ImportBed;
beforeAll(async () => {
  bed = await bedOfTwoSources();
});
afterAll(() => bed?.stop());

/** How many were merged. */
async function compare(sequence: readonly Step[], which: number): Promise<number> {
  const merging = new MergingWorld(await bed.copy());
  const [sparing, calm] = [new MergingWorld(await bed.copy()), new MergingWorld(await bed.copy())];
  try {
    await merging.play(sequence);
    expect(await merging.bed.whoDiffers()).toEqual([]);
    const { done } = merging;
    const before = [...done];
    const standing = await merging.standing();
    const spared = standing[which % standing.length];
    const isOneOfSeveral = spared !== undefined && standing.length > 1;
    await Promise.all([
      spared === undefined || merging.do({ kind: 'PART', merge: spared }),
      isOneOfSeveral && sparing.playAgain(before, spared),
      calm.playAgain(before, 'ANY'),
    ]);
    if (isOneOfSeveral)
      expect(await everythingIn(merging.bed)).toEqual(await everythingIn(sparing.bed));
    await merging.partAll(which);
    expect(await everythingIn(merging.bed)).toEqual(await everythingIn(calm.bed));
    expect(await merging.bed.whoDiffers()).toEqual([]);
    return before.filter(({ kind }) => kind === 'MERGE').length;
  } finally {
    await Promise.all([merging, sparing, calm].map((world) => world.bed.stop()));
  }
}

test.each(Object.entries(foundBefore))('DIR-2: undone exactly: %s', async (_title, sequence) => {
  expect(await compare(sequence, 1)).toBeGreaterThan(0);
});

test('DIR-2: any imports and merges, one or all of them undone, come to what they come to without', async () => {
  let merged = 0;
  const property = fc.asyncProperty(steps, fc.nat({ max: 5 }), async (sequence, which) => {
    merged += await compare(sequence, which);
  });
  const { FC_SEED: seed = '20262', FC_PATH: path, FC_RUNS: runs = '3' } = process.env;
  await fc.assert(property, {
    numRuns: Number(runs),
    seed: Number(seed),
    // To make a sequence smaller takes hours.
    endOnFailure: true,
    ...(path ? { path } : {}),
  });
  // Sequences that merge nobody would prove nothing.
  expect(merged).toBeGreaterThan(0);
});
