import { z } from 'zod';
import { planSettings } from './config.js';

test.each([
  ['ENT_PLAN_LEAST', '-1'],
  ['ENT_PLAN_NORMAL', 'SCHOOL:101:20,MEMBER:3:60,WHOLE:1:500'],
  ['ENT_PLAN_RENTREE', 'SCHOOL:-1:20,MEMBER:3:60,WHOLE:1:500'],
  ['ENT_PLAN_SUMMER', 'SCHOOL:5:20,MEMBER:3:60'],
  ['ENT_PLAN_SEASONS', 'RENTREE:08-15'],
  ['ENT_PLAN_SEASONS', 'RENTREE:08-32:10-15'],
  ['ENT_PLAN_SEASONS', 'RENTREE:12-20:01-05'],
  ['ENT_PLAN_HELD_DAYS', '0'],
])('PRV-8: with %s=%s the service does not start, and says which', (name, value) => {
  const { error } = z.object(planSettings).safeParse({ [name]: value });
  expect(error?.issues.map(({ path }) => path)).toEqual([[name]]);
});
