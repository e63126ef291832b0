import { SharedReading } from './shared-reading.js';

test('PRV-4: a reading waits for further callers where it is told to', async () => {
  let readings = 0;
  const gathered = new SharedReading<number>(() => Promise.resolve((readings += 1)), 20);
  const first = gathered.next('a');
  await new Promise(setImmediate);
  expect([readings, ...(await Promise.all([first, gathered.next('a')]))]).toEqual([0, 1, 1]);
});

test('PRV-5: a reading that is wanted at once waits for nobody', async () => {
  let readings = 0;
  const gathered = new SharedReading<number>(() => Promise.resolve((readings += 1)), 60_000);
  expect(await gathered.next('a', { isAtOnce: true })).toBe(1);
});

test('PRV-4: callers of one moment share a reading, later callers share the next one', async () => {
  const begun: PromiseWithResolvers<number>[] = [];
  const readings = new SharedReading<number>(() => {
    begun.push(Promise.withResolvers());
    return begun.at(-1)!.promise;
  });
  const first = [readings.next('a'), readings.next('a')];
  await new Promise(setImmediate);
  const second = [readings.next('a'), readings.next('a')];
  const other = readings.next('b');
  await new Promise(setImmediate);
  expect(begun.length).toBe(2);
  begun[0]!.reject(new Error('no answer'));
  begun[1]!.resolve(7);
  const ends = await Promise.allSettled(first);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await new Promise(setImmediate);
  begun[2]!.resolve(8);
  expect([...(await Promise.all(second)), await other, begun.length]).toEqual([8, 8, 7, 3]);
});
