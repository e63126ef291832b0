import { frenchDate, localDate } from '#libs/time';
import type { SealFinding } from './check-seals.js';

/** In French, for whoever has to act on it. */
export function sayFinding({ code, seal, day, entry }: SealFinding): string {
  const of = day === undefined ? '' : ` du ${frenchDate(localDate(day))}`;
  const line = `La ligne ${entry}${of}`;
  const period = `Le scellé ${seal}${of}`;
  switch (code) {
    case 'ENTRY_REWRITTEN':
      return `${line} n’est plus celle qui a été scellée (scellé ${seal}).`;
    case 'ENTRY_REMOVED':
      return `${line} a disparu (scellé ${seal}).`;
    case 'ENTRY_ADDED':
      return `${line} a été ajoutée après coup.`;
    case 'PERIOD_REMOVED':
      return `${period} est vide : ses lignes ont disparu avant le terme de leur conservation.`;
    case 'PERIOD_CHANGED':
      return `${period} ne couvre plus les mêmes lignes : une au moins a été ajoutée, retirée ou réécrite.`;
    case 'SEAL_REWRITTEN':
      return `${period} a été réécrit, ou ne suit plus le précédent.`;
    case 'SEAL_REMOVED':
      return `Le scellé ${seal}${day === undefined ? '' : `, après le${of.slice(3)}`}, a disparu avec ses lignes.`;
  }
}

/** What to do where something was found. */
export const afterFindings =
  'Ne corrigez rien : faites une copie de la base, comparez-la avec la dernière sauvegarde et prévenez le délégué à la protection des données.';
