import { z } from 'zod';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate } from '#libs/time';

export class GovernanceInputInvalid extends defineProblem('GOVERNANCE_INPUT_INVALID', 'invalid') {}

/** A message of the coordinator's duties, checked. Throws GovernanceInputInvalid with the fields. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))];
  throw new GovernanceInputInvalid(`Vérifiez les champs : ${fields.join(', ')}.`, { fields });
}

/** One line of text, trimmed. */
export const line = z.string().trim().max(200);
export const code = z.string().max(100);
export const day = z.custom<LocalDate>((value) => typeof value === 'string' && isLocalDate(value));
