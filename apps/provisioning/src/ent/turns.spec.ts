import { Turns } from './turns.js';

test('PRV-4: one at a time for each key, also after one that failed; other keys go on', async () => {
  const turns = new Turns();
  const steps: string[] = [];
  const first = Promise.withResolvers<void>();
  const run = (key: string, name: string, until: Promise<void> = Promise.resolve()) =>
    turns.run(key, async () => {
      steps.push(`${name} begins`);
      await until;
      steps.push(`${name} ends`);
    });
  const all = [run('a', 'a1', first.promise), run('a', 'a2'), run('b', 'b1')];
  await all[2];
  expect(steps).toEqual(['a1 begins', 'b1 begins', 'b1 ends']);
  first.reject(new Error('refused'));
  await expect(all[0]).rejects.toThrow('refused');
  await all[1];
  expect(steps.slice(3)).toEqual(['a2 begins', 'a2 ends']);
});
