import { expect } from '@jest/globals';
import { current, type ImportBed, leaving, uaiA } from './import-bed.test-support.js';

/** Some leave on 3 October; what was told of them then. */
export async function someLeave(bed: ImportBed, count = 3) {
  await bed.onDay('2022-10-03');
  await bed.generate('gone', leaving(uaiA, count));
  expect(await bed.import('gone')).toMatchObject({ state: 'COMPLETED' });
  return (await bed.emitted()).people.filter((person) => current(person).length === 0);
}

/** How many batches it took. */
export async function eraseAll(bed: ImportBed, limit?: number): Promise<number> {
  const { erase } = bed.parts();
  let batches = 0;
  while ((await erase.execute(limit)) > 0) batches++;
  return batches;
}

/** What the worker of imports does when a plan has expired. */
export async function endImports(bed: ImportBed, on = '2023-01-01'): Promise<void> {
  await bed.expire(on);
  const { ended } = bed.parts();
  while (await ended.removeSome()) continue;
}
