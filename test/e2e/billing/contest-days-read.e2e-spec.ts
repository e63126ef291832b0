import { readFileSync } from 'node:fs';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { MarketSchema } from '#libs/contracts';
import { fromMarket } from '../../../apps/billing/src/members/member-message.js';
import { toMarketMessage } from '../../../apps/membership/src/contract/markets/market-message.js';
import {
  type MarketFile,
  parseMarketFile,
} from '../../../apps/membership/src/contract/markets/markets.dto.js';

/**
 * Goal: billing has the days to contest a draft that the market's file says (BIL-9). Method: the file through
 * membership's reader, its message as bytes (proto3 leaves out a 0 unless presence is kept), billing's reader.
 */
const file = readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8');

test.each([
  ['none, which is not the same as none said', 0, 0],
  ['ninety', 90, 90],
  ['none said: the usual ten', undefined, 10],
])('BIL-9: a market with days to contest a draft: %s', (_name, said, known) => {
  const market = JSON.parse(file) as MarketFile;
  market.billing.contestDays = said;
  const message = toMarketMessage({ market: parseMarketFile(JSON.stringify(market)), version: 1 });
  const bytes = toBinary(MarketSchema, create(MarketSchema, message));
  expect(fromMarket(fromBinary(MarketSchema, bytes)).contestDays).toBe(known);
});

test('BIL-9: an event that says nothing of them leaves the usual ten', () => {
  const told = toMarketMessage({ market: parseMarketFile(file), version: 1 });
  const market = create(MarketSchema, told);
  delete market.billing?.contestDays;
  expect(fromMarket(market).contestDays).toBe(10);
});
