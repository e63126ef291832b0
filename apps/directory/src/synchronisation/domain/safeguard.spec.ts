import { breachesOf } from './safeguard.js';

describe('the safety brake', () => {
  it.each([
    { present: 100, removed: 10, held: false },
    { present: 100, removed: 11, held: true },
    { present: 9, removed: 1, held: true },
    { present: 0, removed: 0, held: false },
    { present: 10, removed: 1, held: false },
  ])('DIR-3: $removed of $present people removed → held: $held', ({ present, removed, held }) => {
    expect(breachesOf([{ uai: '0440290B', present, removed }], 10)).toHaveLength(held ? 1 : 0);
  });
});
