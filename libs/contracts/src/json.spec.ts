import { expect, test } from '@jest/globals';
import type { InvoiceSummary, MarketShown, Order } from './index.js';
import type { Json } from './json.js';

type KeysOf<M> = keyof Json<M>;

/** Goal: pages see what the gateway tells, by type. Method: each line fails to compile where it does not hold. */
test('a message of the contract is typed as the gateway tells it', () => {
  const internal: readonly ['signedBy' extends KeysOf<Order> ? never : 'left out'] = ['left out'];
  const amount: Json<InvoiceSummary>['totalCents'] = '31546';
  const always: NonNullable<Json<InvoiceSummary>['period']> extends Json<InvoiceSummary>['period']
    ? Json<InvoiceSummary>['period'] extends object
      ? true
      : never
    : never = true;
  const text: Json<MarketShown>['terms'] = { title: 'as the file says it' };
  expect([internal, amount, always, text]).toHaveLength(4);
});
