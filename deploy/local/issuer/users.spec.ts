import { DemoUsers } from './users.js';

test('SUP-1: lets who is of no market in particular hold the role in that of the story, and others in theirs', () => {
  const users = new DemoUsers('e-primo-2026');
  const marketsOf = (id: string) => users.find(id)?.grants.map(({ market }) => market);
  expect([
    marketsOf('support-2'),
    marketsOf('member-orderer-200083228'),
    marketsOf('member-reader-999000037'),
    marketsOf('school-0440437l'),
    marketsOf('school-0490226e'),
    marketsOf('coordinator'),
    marketsOf('admin'),
  ]).toEqual([
    ...Array<string[]>(5).fill(['e-primo-2026']),
    ['e-primo-2022', 'e-primo-2026'],
    ['*'],
  ]);
});
