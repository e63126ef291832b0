import { consoleSettings } from './config.js';

const perDay = consoleSettings.shape.LOOKS_MAX_PER_DAY;

test('SUP-2: the bound of a day is set by role, and a role that is not named keeps its own', () => {
  expect(perDay.parse(undefined)).toEqual({
    ...{ 'support-1': 800, 'support-2': 1_200, 'support-3': 300, school: 300, dpo: 300 },
  });
  expect(perDay.parse('support-1=900, dpo=50')).toMatchObject({
    ...{ 'support-1': 900, 'support-2': 1_200, dpo: 50 },
  });
});

test.each(['support-1', 'support-1=0', 'support-1=-5', 'nobody=5', 'support-1=many', '5'])(
  'SUP-2: « %s » is no bound of a day',
  (text) => {
    expect(perDay.safeParse(text).success).toBe(false);
  },
);
