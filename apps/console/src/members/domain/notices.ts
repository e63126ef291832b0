/** What a member is told when it opens its page. */
export type Notice = {
  readonly kind: 'SEATS_MISSING' | 'INVOICE_TO_CHECK';
  readonly title: string;
  readonly message: string;
  /** What the notice is about: an item, or an invoice. */
  readonly subject: string;
};

export type NoticeFacts = {
  readonly seats: readonly { itemCode: string; waiting: number; held: number; ordered: number }[];
  readonly drafts: readonly {
    invoiceId: string;
    period: string;
    total: string;
    until: string | null;
  }[];
};

/** PRV-2: who waits is told as a count, with what releases them; BIL-9: drafts may be contested. */
export function noticesOf({ seats, drafts }: NoticeFacts): Notice[] {
  const missing = seats
    .filter(({ waiting }) => waiting > 0)
    .map(({ itemCode, waiting, held, ordered }): Notice => {
      const pupils = waiting === 1 ? '1 élève attend' : `${waiting} élèves attendent`;
      const accounts = waiting === 1 ? '1 compte' : `${waiting} comptes`;
      return {
        kind: 'SEATS_MISSING',
        title: `${pupils} une place`,
        message: `Vous avez commandé ${ordered} comptes et ${held} sont pris. Une commande de ${accounts} de plus les libère aussitôt.`,
        subject: itemCode,
      };
    });
  const toCheck = drafts.map(({ invoiceId, period, total, until }): Notice => ({
    kind: 'INVOICE_TO_CHECK',
    title: 'Un projet de facture est à vérifier',
    message: `Période ${period}, ${total} TTC.${until ? ` Vous pouvez le contester jusqu’au ${until}.` : ''}`,
    subject: invoiceId,
  }));
  return [...missing, ...toCheck];
}
