import { type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { defineProblem } from '#libs/problems';

/** Input that does not have the shape asked for; every mistake is named, no value is repeated. */
export class InputInvalid extends defineProblem('INPUT_INVALID', 'invalid') {}

/** `@Body(validated(schema))`: parses with zod, or refuses with all mistakes at once (422). */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
): PipeTransform<unknown, z.infer<Schema>> & { readonly schema: Schema } {
  return {
    // For the description of the routes, so that it says what is really checked.
    schema,
    transform(value: unknown): z.infer<Schema> {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      const mistakes = result.error.issues.map(({ path, message }) => ({
        field: path.join('.'),
        message,
      }));
      throw new InputInvalid(
        `La demande comporte ${mistakes.length} erreur(s) : ${mistakes.map((m) => m.field || 'corps').join(', ')}. Corrigez et renvoyez-la.`,
        { mistakes },
      );
    },
  };
}
