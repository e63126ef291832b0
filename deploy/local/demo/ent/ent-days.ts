import { localDate } from '#libs/time';
import type { EntDay } from './ent-act.js';

/** Its head prints letters, its teachers come in by the academy, its guardians by ÉduConnect. Of a member of both sizes of the story. */
const onPaper = '0492444R';
/** Where somebody changes accounts by hand. */
const byHand = '0490226E';

/**
 * What happens to the ENT itself: ways in, an old backup, changes by hand, and the proof that who left is gone. Each
 * repair is of the night, which is when a day begins.
 */
export const entDays: readonly EntDay[] = [
  {
    on: localDate('2022-09-14'),
    title:
      'une école distribue ses lettres, ses enseignants passent par l’académie, les familles par ÉduConnect',
    acts: [
      { kind: 'use-letters', uai: onPaper },
      { kind: 'log-in-by-academy', uai: onPaper },
      { kind: 'log-in-by-educonnect', uai: onPaper },
    ],
  },
  {
    on: localDate('2022-10-24'),
    title: 'l’ENT est sauvegardé',
    acts: [{ kind: 'back-up-ent' }],
  },
  {
    on: localDate('2022-11-04'),
    title: 'Panne de l’ENT : son exploitant le remet dans son état du 24 octobre',
    acts: [{ kind: 'put-ent-back' }],
  },
  {
    on: localDate('2022-11-05'),
    title: 'La nuit a refait les comptes perdus',
    acts: [{ kind: 'read-night', found: 'MISSING' }],
  },
  {
    on: localDate('2022-11-20'),
    title: 'Quelqu’un change cinq comptes à la main dans l’ENT',
    acts: [{ kind: 'change-ent-by-hand', uai: byHand }],
  },
  {
    on: localDate('2022-11-21'),
    title: 'la nuit a remis l’ENT comme nos registres',
    acts: [{ kind: 'read-night', found: 'BY_HAND' }],
  },
  {
    on: localDate('2023-01-11'),
    title: 'La déléguée à la protection des données fait prouver un effacement',
    acts: [{ kind: 'prove-erasure' }],
  },
];
