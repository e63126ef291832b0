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

test('an event bears the version that the home made; an order that of the chain it follows', () => {
  const answers = /\.(dto|rpc)\.ts$/;
  expect(filesWith(/\bmembershipVersion\b/).filter((file) => !answers.test(file))).toEqual([
    'adhesion/memberships/membership-fact.ts',
    home,
    'orders/ledger/record-order.ts',
  ]);
});
