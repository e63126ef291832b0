import { blocksWithoutWord, requireConfirmed } from './brakes.js';

const school = { users: 100, compared: 100, missing: 0, blocks: 0 };

it.each([
  [30, undefined, ''],
  [31, undefined, 'ENT_MISSING_UNCONFIRMED'],
  [31, 30, 'ENT_MISSING_UNCONFIRMED'],
  [31, 31, ''],
])('PRV-5: %i of 100 accounts missing, %s confirmed: "%s"', (missing, confirmed, code) => {
  const judge = () =>
    requireConfirmed({ ...school, missing }, confirmed === undefined ? {} : { missing: confirmed });
  if (code === '') expect(judge).not.toThrow();
  else expect(judge).toThrow(expect.objectContaining({ code }) as Error);
});

it.each([
  [5, undefined, ''],
  [6, undefined, 'ENT_BLOCKS_UNCONFIRMED'],
  [6, 5, 'ENT_BLOCKS_UNCONFIRMED'],
  [6, 6, ''],
])('PRV-5: %i of 100 users to be blocked, %s confirmed: "%s"', (blocks, confirmed, code) => {
  const judge = () =>
    requireConfirmed({ ...school, blocks }, confirmed === undefined ? {} : { blocks: confirmed });
  if (code === '') expect(judge).not.toThrow();
  else expect(judge).toThrow(expect.objectContaining({ code }) as Error);
});

it('PRV-5: never more than 20 without a word, and one of a small school', () => {
  expect([0, 1, 20, 21, 400, 10_000].map(blocksWithoutWord)).toEqual([0, 1, 1, 2, 20, 20]);
});
