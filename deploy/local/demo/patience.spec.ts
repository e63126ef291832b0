import { DomainError } from '#libs/problems';
import { ServiceUnavailable } from '#libs/rpc';
import { patiently } from './patience.js';

const silent = { say: () => undefined, wait: () => undefined, done: () => undefined };

class Refused extends DomainError {
  readonly code = 'BELOW_COMMITMENT';
  readonly kind = 'conflict';
}

describe('the patience of the player', () => {
  test('tries again while a service is being restarted, and says what it waits for', async () => {
    const told: string[] = [];
    const answers = [
      () => Promise.reject(new ServiceUnavailable('billing', new Error('down'))),
      () => Promise.reject(new Error('13 INTERNAL: the database is starting')),
      () => Promise.reject(new TypeError('fetch failed')),
      () => Promise.resolve('done'),
    ];
    const teller = { ...silent, wait: (line: string) => told.push(line) };
    const answer = await patiently('billing.RunBilling', teller, () =>
      (answers.shift() as () => Promise<string>)(),
    );
    expect(answer).toBe('done');
    expect(told).toHaveLength(3);
    expect(told[0]).toBe('billing.RunBilling : SERVICE_UNAVAILABLE, nouvel essai');
  });

  test.each([
    ['a refusal of the domain', new Refused('Non.')],
    ['a mistake of its own', new TypeError('x is not a function')],
  ])('takes %s as the answer', async (_case, error) => {
    let calls = 0;
    const work = () => {
      calls += 1;
      return Promise.reject(error);
    };
    await expect(patiently('membership.SignOrder', silent, work)).rejects.toBe(error);
    expect(calls).toBe(1);
  });
});
