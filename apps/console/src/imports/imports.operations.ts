import { z } from 'zod';
import { count, type AnswerOf } from '../answers.js';
import type { ImportsController } from './imports.controller.js';

const uploadedFile = z.object({
  bytes: count.meta({ description: 'Bytes' }),
}) satisfies AnswerOf<ImportsController['upload']>;

/** What decorators cannot say of the routes that carry files of imports. */
export const importsOperations = {
  'put /api/support/uploads/{uploadId}/files': {
    summary:
      'Envoie un fichier d’une livraison (.zip, .tgz, .csv) : il est le corps de la demande. Un envoi coupé ou refusé ne laisse rien.',
    answer: uploadedFile,
  },
  'get /api/support/imports/{importId}/remarks/csv': {
    summary:
      'Les remarques d’un import pour un tableur : fichier, ligne, identifiant, constat et quoi faire, sans aucun nom.',
    answer: 'CSV',
  },
} as const;
