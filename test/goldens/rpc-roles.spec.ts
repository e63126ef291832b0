import { services } from '#libs/contracts';
import { accessOf } from '#libs/identity';
import { goldenLines } from './golden-lines.js';
import { changesBetween, listedIn, untold } from './listed-changes.js';

/**
 * Goal: who may call what stays, wherever it is written. Method: the callers that the .proto names are
 * held against the table of before, when decorators named them; what differs is listed in rpc-changes/.
 */
const folder = new URL('./rpc-changes', import.meta.url).pathname;

const now = services
  .flatMap((service) =>
    service.methods.map((rpc) => {
      const { roles = [], also = [], callers = [], operator } = accessOf(rpc) ?? {};
      // By the operator's commands alone; `admin(*)`: who administers every market.
      const admin = { market: ['admin'], platform: ['admin(*)'] }[operator!] ?? [];
      const whole = [...new Set<string>([...roles, ...also, ...admin])].sort();
      const named = callers.length > 0 ? [`service(${[...callers].sort().join(',')})`] : [];
      return `${service.name}/${rpc.name} : ${[...whole, ...named].join(' ')}`;
    }),
  )
  .sort();

test('lets the same callers call each RPC as before, save what rpc-changes/ lists', () => {
  const before = goldenLines('./roles-of-rpcs.txt', () => now);
  expect(before.length).toBe(171);
  expect(untold(changesBetween(before, now), listedIn(folder))).toEqual({
    unlisted: [],
    outdated: [],
    withoutReason: [],
  });
});
