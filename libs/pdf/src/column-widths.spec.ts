import { columnShares } from './column-widths.js';

const inPoints = (shares: readonly number[], width: number) => shares.map((share) => share * width);
const word = (length: number, text = length) => ({ word: length, text });

test('cuts no word while there is room for all, and gives the rest to long texts', () => {
  expect(inPoints(columnShares([word(40), word(20, 100), word(30)], 120), 120)).toEqual([
    ...[40, 50, 30],
  ]);
});

test('shares out evenly what nobody needs', () => {
  expect(inPoints(columnShares([word(40), word(20)], 100), 100)).toEqual([60, 40]);
});

test('takes from the widest words alone where there is no room', () => {
  const widths = inPoints(columnShares([word(200), word(20), word(160), word(20)], 240), 240);
  expect(widths).toEqual([100, 20, 100, 20]);
});
