import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { InputInvalid } from '#libs/problems';
import { inFrench, mistakesOf } from './mistakes.js';
import { unstorableIn } from './storable.js';

/** `@Body(validated(schema))`: parses with zod, or refuses with all mistakes at once (422). */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
): PipeTransform<unknown, z.infer<Schema>> & { readonly schema: Schema } {
  return {
    // For the description of the routes, so that it says what is really checked.
    schema,
    transform: (value: unknown) => checked(schema, value),
  };
}

const toldMax = 3;

/** Of a text that no database holds, or a figure beyond all figures; `field`: where it stands. */
export const unreadableCharacters = (field: string) =>
  new InputInvalid(
    'Un texte contient un caractère illisible, ou un nombre est trop grand : retapez-le et renvoyez la demande.',
    { mistakes: [{ field, message: 'Ce texte ou ce nombre ne peut pas être lu : retapez-le.' }] },
  );

/** What a schema makes of a value. Throws InputInvalid with a French sentence for each mistake. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const unstorable = unstorableIn(value);
  if (unstorable) throw unreadableCharacters(unstorable.join('.'));
  const result = schema.safeParse(value, { error: inFrench });
  if (result.success) return result.data;
  const mistakes = mistakesOf(schema, result.error.issues);
  const several = mistakes.length > 1 ? `${mistakes.length} champs sont à corriger. ` : '';
  const told = mistakes.slice(0, toldMax).map(({ message }) => message);
  const more = mistakes.length > toldMax ? ' …' : '';
  throw new InputInvalid(`${several}${told.join(' ')}${more} Corrigez et renvoyez la demande.`, {
    mistakes,
  });
}
