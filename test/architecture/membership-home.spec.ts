import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One class changes a membership's row, and tells the fact with the version that it made (BIL-5). */
const root = join('apps', 'membership', 'src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.ts$/.test(file) && !/spec\.ts$|^generated\//.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const filesWith = (pattern: RegExp) =>
  sources
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
    .sort();
const home = 'adhesion/memberships/memberships.pg.ts';

test('the row of a membership is written and locked in its home only', () => {
  expect(filesWith(/(update|insert\s+into)\s+membership\b(?!_)/i)).toEqual([home]);
  expect(filesWith(/insertRow\(\s*\w+,\s*'membership'/)).toEqual([home]);
  expect(filesWith(/for\s+no\s+key\s+update\s+of\s+m\b/i)).toEqual([home]);
});

test('SQL raises a version or moves the head in two functions alone: an order’s, and what commitment rests on (ORD-7)', () => {
  const prisma = join('apps', 'membership', 'prisma');
  const raising = readdirSync(prisma, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.sql') && !file.startsWith('migrations/'))
    .filter((file) =>
      /\bupdate\s+membership\b(?!_)/i.test(readFileSync(join(prisma, file), 'utf8')),
    );
  expect(raising.sort()).toEqual(['functions/evidence.sql', 'trigger-functions/orders.sql']);
});

test('an event bears the version that the home made; an order that of the chain it follows', () => {
  const answers = /\.(dto|rpc)\.ts$/;
  expect(filesWith(/\bmembershipVersion\b/).filter((file) => !answers.test(file))).toEqual([
    'adhesion/memberships/membership-fact.ts',
    home,
    'orders/ledger/record-order.ts',
  ]);
});
