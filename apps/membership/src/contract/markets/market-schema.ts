import { z } from 'zod';
import { marketFile } from './markets.dto.js';

/** The JSON Schema of a market's file, as it is published (MKT-1): made from what the file is read with. */
export function marketSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(marketFile, { io: 'input', target: 'draft-2020-12' }),
    title: 'Market',
    description:
      'The file of a market of the purchasing group, in JSON or YAML. Rules between fields are checked on loading.',
  };
}
