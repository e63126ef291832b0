import { defineProblem } from '#libs/problems';

/** What the approval of a held import may rest on. A list, because what is written here is never erased (SUP-4). */
export const approvalReasons = [
  'FERMETURE_ECOLE',
  'FIN_ANNEE',
  'CHANGEMENT_PERIMETRE',
  'CORRECTION_SOURCE',
  'AUTRE',
] as const;

export class ApprovalReasonInvalid extends defineProblem('INPUT_INVALID', 'invalid') {}

/** A number with a prefix of a few capitals: no room for a name. */
const ticketPattern = /^(?:[A-Z]{1,5}-)?[0-9]{1,12}$/;

/** `CODE` or `CODE ticket`, as it is kept. Throws ApprovalReasonInvalid, which repeats nothing of what was typed. */
export function approvalReason(text: string): string {
  const [code = '', ticket, ...rest] = text.trim().split(/\s+/);
  const isListed = approvalReasons.some((each) => each === code);
  if (!isListed || rest.length > 0 || (ticket !== undefined && !ticketPattern.test(ticket))) {
    throw new ApprovalReasonInvalid(
      `Choisissez un motif (${approvalReasons.join(', ')}), suivi au besoin d’un numéro de ticket, par exemple « FERMETURE_ECOLE SUP-1234 ». Le motif est conservé : aucun autre texte n’y est accepté.`,
      { field: 'reason' },
    );
  }
  return ticket === undefined ? code : `${code} ${ticket}`;
}
