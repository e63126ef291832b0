import { orderBody } from '../../apps/console/src/members/members.dto.js';
import { linesMax } from '../../apps/membership/src/orders/domain/order-ledger.js';

test.each([
  [linesMax, true],
  [linesMax + 1, false],
])('the public door takes an order of %i lines as the ledger does: %s', (length, taken) => {
  const line = { itemCode: 'ELEVE', effectiveFrom: '2022-11-03', delta: 1 };
  expect(orderBody.safeParse({ lines: Array(length).fill(line) }).success).toBe(taken);
});
