import { z } from 'zod';
import { roles } from '#libs/identity';
import { day, text, type AnswerOf } from '../answers.js';
import type { SessionController } from './session.controller.js';

export const session = z.object({
  userId: text,
  name: text,
  roles: z.array(z.enum(roles)),
  organisationId: text.optional(),
  uais: z.array(text),
  markets: z.array(text),
  csrfToken: text.meta({ description: 'To be sent as x-csrf-token with every POST' }),
  today: day.nullable().meta({ description: 'The business day; null before the first' }),
}) satisfies AnswerOf<SessionController['session']>;
export const loggedOut = z.object({ redirectTo: text }) satisfies AnswerOf<
  SessionController['logout']
>;
