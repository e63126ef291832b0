import { addDays, frenchDate } from '#libs/time';
import { formatCount } from '#libs/money';
import { isInForce, type Statement } from './statement.js';

/** Where the day stands in the membership. */
export function situationOf(statement: Statement): string {
  const { on, startsOn, endsOn } = statement;
  const last = frenchDate(addDays(endsOn, -1));
  if (isInForce(statement)) {
    return `Adhésion en vigueur depuis le ${frenchDate(startsOn)}, jusqu’au ${last} inclus.`;
  }
  return on < startsOn
    ? `Adhésion active, en vigueur à partir du ${frenchDate(startsOn)} : rien n’est dû avant ce jour.`
    : `Adhésion terminée : son dernier jour a été le ${last}. Depuis, aucun compte n’est engagé ni commandé ; l’état du ${last} dit ce qui était en vigueur ce jour-là.`;
}

export function moreOf(count: number, shown: number, what: string): string {
  return count > shown ? ` ${count - shown} autres ${what} figurent dans le contenu joint.` : '';
}

export function clipped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

export function signed(count: number): string {
  return `${count > 0 ? '+' : count < 0 ? '-' : ''}${formatCount(Math.abs(count))}`;
}

/** '123 456 789 00012': a SIREN or SIRET in groups, as it is printed. */
export function spaced(digits: string): string {
  return digits.replace(/^(\d{3})(\d{3})(\d{3})/, '$1\u00a0$2\u00a0$3\u00a0').trim();
}
