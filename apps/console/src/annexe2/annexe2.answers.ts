import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { Annexe2Controller } from './annexe2.controller.js';

const commitment = z.array(z.object({ itemCode: text, quantity: count }));

export const judgement = z.object({
  written: z.boolean(),
  sha256: text,
  lineCount: count,
  commitment,
  faults: z.array(
    z.object({
      line: count.meta({ description: 'Ligne du fichier ; 0 : le fichier entier' }),
      code: text,
      message: text,
    }),
  ),
}) satisfies AnswerOf<Annexe2Controller['import']>;

export const annexe2 = z.object({
  sha256: text,
  fileName: text,
  datedOn: day,
  importedOn: day,
  verifiedOn: day.meta({ description: 'Vide : elle n’engage pas encore' }),
  signedDocumentId: text,
  signedSha256: text,
  replaceableUntil: day.meta({ description: 'Dernier jour pour la remplacer, inclus (COM-3)' }),
  commitment,
  lines: z.array(z.object({ line: count, beneficiary: text, itemCode: text, quantity: count })),
  nextCursor,
}) satisfies AnswerOf<Annexe2Controller['show']>;

export const verified = z.object({ verified: z.boolean() }) satisfies AnswerOf<
  Annexe2Controller['verify']
>;
