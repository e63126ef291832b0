import * as fc from 'fast-check';
import { atOnce, nextPortion, probe, type RetryFigures } from './retry-portion.js';

const figures = (changed: Partial<RetryFigures>): RetryFigures => ({
  ...{ waiting: 0, underWay: 0, through: 0, again: 0 },
  ...changed,
});

test.each([
  ['tries a few first', { waiting: 1_000 }, { is: 'TAKE', accounts: 20 }],
  ['waits for them', { waiting: 980, underWay: 20 }, { is: 'REST' }],
  ['goes on in portions', { waiting: 980, through: 20 }, { is: 'TAKE', accounts: 200 }],
  [
    'fills the portion up',
    { waiting: 700, underWay: 150, through: 100 },
    { is: 'TAKE', accounts: 50 },
  ],
  [
    'stops where the first are refused again',
    { waiting: 980, again: 20 },
    { is: 'END', as: 'STOPPED' },
  ],
  [
    'stops later on too, once those at work are back',
    { waiting: 500, underWay: 1, through: 20, again: 200 },
    { is: 'REST' },
  ],
  ['a few who never get through stop nobody', { again: 3 }, { is: 'END', as: 'DONE' }],
  ['ends', { through: 70, again: 30 }, { is: 'END', as: 'DONE' }],
] as const)('PRV-4: a retry of a cause %s', (_title, given, step) => {
  expect(nextPortion(figures(given))).toEqual(step);
});

test('PRV-4: whatever the ENT answers, a retry ends, with so many at work at most, and none is tried twice', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 700 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }),
      (accounts, answers) => {
        const now = { waiting: accounts, underWay: 0, through: 0, again: 0 };
        let answered = 0;
        for (let round = 0; round < 10_000; round += 1) {
          const step = nextPortion(now);
          if (step.is === 'END') {
            expect(now.underWay).toBe(0);
            if (step.as === 'DONE') expect(now.through + now.again).toBe(accounts);
            else expect(now.again).toBeGreaterThanOrEqual(0.9 * probe);
            return;
          }
          if (step.is === 'TAKE') {
            now.waiting -= step.accounts;
            now.underWay += step.accounts;
          }
          // Each call of `expect` costs more than the round.
          const isSound = now.waiting >= 0 && now.underWay > 0 && now.underWay <= atOnce;
          if (!isSound) throw new Error(JSON.stringify({ step, now }));
          now.underWay -= 1;
          now[answers[answered % answers.length]! ? 'through' : 'again'] += 1;
          answered += 1;
        }
        throw new Error('the retry does not end');
      },
    ),
  );
});
