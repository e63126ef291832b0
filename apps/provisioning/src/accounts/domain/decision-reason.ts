import { defineProblem } from '#libs/problems';

/** What an operator's decision may rest on. A list, because what is written here is never erased (SUP-4). */
export const decisionReasons = [
  'ABSENCE',
  'DEMANDE_FAMILLE',
  'SECURITE',
  'ERREUR',
  'INCIDENT_ENT',
  'AUTRE',
] as const;

export class DecisionReasonInvalid extends defineProblem('INPUT_INVALID', 'invalid') {}

/** A number with a prefix of a few capitals: no room for a name. */
const ticketPattern = /^(?:[A-Z]{1,5}-)?[0-9]{1,12}$/;

/** `CODE` or `CODE ticket`, as it is kept. Throws DecisionReasonInvalid, which repeats nothing of what was typed. */
export function decisionReason(text: string): string {
  const [code = '', ticket, ...rest] = text.trim().split(/\s+/);
  const isListed = decisionReasons.some((each) => each === code);
  if (!isListed || rest.length > 0 || (ticket !== undefined && !ticketPattern.test(ticket))) {
    throw new DecisionReasonInvalid(
      `Choisissez un motif (${decisionReasons.join(', ')}), suivi au besoin d’un numéro de ticket, par exemple « ERREUR SUP-1234 ». Le motif est conservé : aucun autre texte n’y est accepté.`,
      { field: 'reason' },
    );
  }
  return ticket === undefined ? code : `${code} ${ticket}`;
}
