import { wholeOrNothing } from './whole-or-nothing.js';

const ended: string[] = [];
beforeEach(() => void ended.splice(0));

test('what was begun is ended where a later step fails, the last first, whatever cannot be ended', async () => {
  const start = wholeOrNothing(async (begun) => {
    begun(() => ended.push('first'));
    begun(() => Promise.reject(new Error('it cannot be ended')));
    begun(async () => void ended.push('third'));
    await Promise.reject(new Error('no port'));
  });
  await expect(start).rejects.toThrow('no port');
  expect(ended).toEqual(['third', 'first']);
});

test('what has started whole is left at work', async () => {
  const start = wholeOrNothing(async (begun) => {
    begun(() => ended.push('first'));
    return 'at work';
  });
  expect([await start, ended]).toEqual(['at work', []]);
});
