import { z } from 'zod';
import { isLocalDate } from '#libs/time';

/** A paper of one page; what is attached to it is small. */
export const statementBytesMax = 2_000_000;

export const statementQuery = z.object({
  on: z
    .union([z.literal(''), z.string().refine(isLocalDate, 'une date sous la forme AAAA-MM-JJ')])
    .default('')
    .meta({ format: 'date', description: 'Vide : la journée en cours' }),
});
export type StatementQuery = z.infer<typeof statementQuery>;

export const verificationQuery = z.object({
  code: z
    .string()
    .max(40)
    .default('')
    .meta({ description: 'Tel qu’il est imprimé, si aucun fichier n’est envoyé' }),
});
export type VerificationQuery = z.infer<typeof verificationQuery>;
