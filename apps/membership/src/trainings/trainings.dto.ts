import { z } from 'zod';
import { day, line } from '../governance-input.js';
import type { ProgressNote } from './domain/progress.js';
import { kinds, scopes } from './domain/training.js';

export const planInput = z.object({
  kind: z.enum(kinds),
  title: line,
  audience: line,
  scope: z.enum(scopes),
  department: z.string().max(3),
  circonscription: line,
  plannedOn: day,
  published: z.boolean(),
});
export const heldInput = z.object({ heldOn: day, participants: z.number().int() });
export const progressInput = z.object({
  marketCode: z.string().max(40),
  title: line,
  body: z.string().trim(),
});

export const toNoteMessage = (note: ProgressNote) => ({ ...note, figures: [...note.figures] });
