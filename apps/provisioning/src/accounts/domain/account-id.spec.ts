import { randomUUID } from 'node:crypto';
import { accountIdFrom, isAccountIdForm } from './account-id.js';

test('PRV-5: an identifier of ours is told from one that the ENT drew, and keeps what was drawn', () => {
  const drawn = Array.from({ length: 100 }, () => randomUUID());
  const ours = drawn.map(accountIdFrom);
  expect([ours.every(isAccountIdForm), drawn.some(isAccountIdForm)]).toEqual([true, false]);
  expect(new Set(ours).size).toBe(100);
  expect(isAccountIdForm(`${ours[0]!}x`)).toBe(false);
});
