import { z } from 'zod';
import { isLocalDate } from '#libs/time';

const day = z
  .string()
  .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
  .meta({ format: 'date' });

export const journalQuery = z.object({
  /** Of the person who was looked at, and of who looked: words of the name. */
  personName: z.string().min(1).max(200).optional(),
  agentName: z.string().min(1).max(200).optional(),
  userId: z.string().min(1).max(100).optional(),
  personId: z.string().min(1).max(100).optional(),
  from: day.optional(),
  to: day.optional(),
  alarms: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Seulement les alertes, et les consultations refusées par la limite' }),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export type JournalQuery = z.infer<typeof journalQuery>;
