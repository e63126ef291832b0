import { writeFileSync } from 'node:fs';
import { marketSchema } from './markets.dto.js';

writeFileSync(
  'apps/membership/src/contract/markets/market.schema.json',
  `${JSON.stringify(marketSchema(), null, 2)}\n`,
);
