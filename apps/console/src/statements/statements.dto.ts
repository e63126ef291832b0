import { z } from 'zod';
import { isLocalDate } from '#libs/time';

export const statementQuery = z.object({
  on: z
    .union([z.literal(''), z.string().refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ')])
    .default('')
    .meta({ format: 'date', description: 'Vide : la journée en cours' }),
});
export type StatementQuery = z.infer<typeof statementQuery>;
