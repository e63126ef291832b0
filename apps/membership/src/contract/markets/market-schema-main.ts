import { writeFileSync } from 'node:fs';
import { marketSchema } from './market-schema.js';

writeFileSync(
  'apps/membership/src/contract/markets/market.schema.json',
  `${JSON.stringify(marketSchema(), null, 2)}\n`,
);
