import { z } from 'zod';
import { PlanFiguresSchema, PlanSchema } from '#libs/contracts';
import { answerSchemaOf } from '#libs/http';
import { count, nextCursor, text, type AnswerOf } from '../answers.js';
import type { ImportsController } from './imports.controller.js';

const uploadedFile = z.object({
  bytes: count.meta({ description: 'Bytes' }),
}) satisfies AnswerOf<ImportsController['upload']>;

const sumOfSchools = {
  schools: count,
  held: count.meta({ description: 'Schools that wait for a decision' }),
  over: count.meta({ description: 'Schools beyond their threshold' }),
  figures: answerSchemaOf(PlanFiguresSchema).meta({
    description: 'Who is in two of the schools counts in each',
  }),
};
const planMembers = z.object({
  plan: answerSchemaOf(PlanSchema).optional(),
  members: z
    .array(z.object({ membershipId: text, memberName: text, marketCode: text, ...sumOfSchools }))
    .meta({ description: 'Of the visitor’s markets, those with a school that waits first' }),
  unfinanced: z
    .object(sumOfSchools)
    .meta({ description: 'Schools that none of these members pays for on the day of the plan' }),
  nextCursor,
}) satisfies AnswerOf<ImportsController['members']>;

/** What decorators cannot say of the routes that carry files of imports. */
export const importsOperations = {
  'put /api/support/uploads/{uploadId}/files': {
    summary:
      'Envoie un fichier d’une livraison (.zip, .tgz, .csv) : il est le corps de la demande. Un envoi coupé ou refusé ne laisse rien.',
    answer: uploadedFile,
  },
  'get /api/support/plans/{planId}/members': {
    summary:
      'Ce qu’un plan changerait, membre par membre, le jour du plan, et dans les écoles qu’aucun membre ne finance : des chiffres, aucune personne (DIR-3).',
    answer: planMembers,
  },
  'get /api/support/imports/{importId}/remarks/csv': {
    summary:
      'Les remarques d’un import pour un tableur : fichier, ligne, identifiant, constat et quoi faire, sans aucun nom.',
    answer: 'CSV',
  },
} as const;
