import { InputInvalid } from '#libs/problems';

/** A number with a prefix of a few capitals: no room for a name. */
const ticketPattern = /^(?:[A-Z]{1,5}-)?[0-9]{1,12}$/;

/**
 * `CODE` or `CODE ticket`, as it is kept: one of the listed codes, because what is written here is never erased (SUP-4).
 * Throws InputInvalid, which repeats nothing of what was typed; `example` is the code that it shows with a ticket.
 */
export function reasonCode(text: string, codes: readonly string[], example: string): string {
  const [code = '', ticket, ...rest] = text.trim().split(/\s+/);
  const isListed = codes.some((each) => each === code);
  if (!isListed || rest.length > 0 || (ticket !== undefined && !ticketPattern.test(ticket))) {
    throw new InputInvalid(
      `Choisissez un motif (${codes.join(', ')}), suivi au besoin d’un numéro de ticket, par exemple « ${example} SUP-1234 ». Le motif est conservé : aucun autre texte n’y est accepté.`,
      { field: 'reason' },
    );
  }
  return ticket === undefined ? code : `${code} ${ticket}`;
}
