import type { Circuit } from '../domain/e-invoice.js';
import { fault, type Refusal } from '../domain/refusal.js';

/** BT-34 and BT-49: one in each party. */
const electronicAddress = '<ram:URIUniversalCommunication>';
const parties = ['SellerTradeParty', 'BuyerTradeParty'] as const;

/**
 * What would have an invoice refused for the way in which it is written, looked for in the very bytes that are sent: texts
 * with doubled or outer spaces (BR-FR-02), a plateforme's address that is missing (BR-FR-12, 13), a name of a file that
 * Chorus Pro does not take. None of it is anybody's to mend but ours.
 */
export function writtenFaults(
  xml: string,
  circuit: Circuit,
  attachments: readonly { readonly name: string }[],
): Refusal[] {
  const texts = [...xml.matchAll(/>([^<]+)</g)]
    .map(([, text = '']) => text)
    .filter((text) => !/^\s*\n\s*$/.test(text));
  return [
    ...fault(
      texts.some((text) => /^\s|\s\s|\s$/.test(text)),
      'BR-FR-02',
      'un texte a des espaces doublées, ou en bordure',
    ),
    ...parties.flatMap((party, at) =>
      fault(
        circuit === 'AFNOR' && !within(xml, party).includes(electronicAddress),
        `BR-FR-1${at + 2}`,
        `l’adresse électronique ${at === 0 ? 'du titulaire' : 'du destinataire'} manque`,
      ),
    ),
    ...fault(
      attachments.some(({ name }) => !/^[A-Za-z0-9._-]{1,50}$/.test(name)),
      'CPRO-PJ',
      'le nom d’une pièce jointe dépasse 50 caractères, ou en a d’autres que lettres, chiffres, point et tirets',
    ),
  ];
}

const within = (xml: string, party: string): string =>
  xml.split(`<ram:${party}>`)[1]?.split(`</ram:${party}>`)[0] ?? '';
