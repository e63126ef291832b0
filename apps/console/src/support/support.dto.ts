import { z } from 'zod';
import { isUai } from '#libs/identifiers';
import { isLocalDate } from '#libs/time';
import { lookReasons } from '../looks/looks.module.js';

const why = {
  reason: z.enum(lookReasons).optional(),
  /** A number, never a sentence: the journal holds no name. */
  ticket: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,30}$/, 'lettres, chiffres et tirets seulement')
    .optional(),
};
const page = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
};

export const searchQuery = z
  .object({
    by: z.enum(['NAME', 'LOGIN', 'SCHOOL']),
    q: z.string().trim().min(1).max(100),
    uai: z.string().refine(isUai, 'ce code UAI n’est pas valable').optional(),
    bornOn: z
      .string()
      .refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ est attendue')
      .optional()
      .meta({ description: 'Parmi elles, qui est né ce jour-là' }),
    ...why,
    ...page,
  })
  .refine(({ by, q }) => q.length >= (by === 'LOGIN' ? 3 : 2), {
    path: ['q'],
    message: 'indiquez au moins deux lettres (trois pour un identifiant)',
  });
export type SearchQuery = z.infer<typeof searchQuery>;

export const lookQuery = z.object(why);
export type LookQuery = z.infer<typeof lookQuery>;

export const schoolPeopleQuery = z.object({
  profile: z.enum(['STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST']).optional(),
  classLabel: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Une classe, telle que l’école la nomme' }),
  ...why,
  ...page,
});
export type SchoolPeopleQuery = z.infer<typeof schoolPeopleQuery>;

export const handMadeUsersQuery = z.object({ ...why, limit: page.limit });
export type HandMadeUsersQuery = z.infer<typeof handMadeUsersQuery>;

export const schoolsQuery = z.object({ q: z.string().trim().min(2).max(100) });
export type SchoolsQuery = z.infer<typeof schoolsQuery>;

export const decisionBody = z.object({
  action: z.enum(['SUSPEND', 'RESUME', 'RETRY', 'RESTORE']),
  /** A code of provisioning's list and perhaps a ticket: it is kept for ever, so it holds no name. */
  reason: z
    .string()
    .trim()
    .regex(/^[A-Z_]{3,20}( [A-Z0-9-]{1,18})?$/, 'un motif de la liste, et un numéro de ticket'),
});
export type DecisionBody = z.infer<typeof decisionBody>;
