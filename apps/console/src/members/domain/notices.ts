import { frenchDate, type LocalDate } from '#libs/time';

/** What a member is told when it opens its page. */
export type Notice = {
  readonly kind:
    | 'FIGURES_LATE'
    | 'SEATS_MISSING'
    | 'SEATS_TO_BE_LOST'
    | 'INVOICE_TO_CHECK'
    | 'MARKET_AMENDED'
    | 'MARKET_AGREEMENT'
    | 'EVENT_SKIPPED';
  readonly title: string;
  readonly message: string;
  /** What the notice is about: an item (and a day), an invoice, an amendment, what was agreed on or passed over, or nothing more than the membership. */
  readonly subject: string;
};

type Seats = { itemCode: string; waiting: number; held: number; ordered: number };
type Loss = {
  itemCode: string;
  /** In French. */
  day: string;
  /** The most first. */
  schools: readonly { name: string; seats: number }[];
};

export type NoticeFacts = {
  /** Facts wait until support decides; 0: the reading stopped, nobody knows how many. Undefined: all is told. */
  readonly late: { readonly facts: number; readonly since: LocalDate | null } | undefined;
  readonly seats: readonly Seats[];
  readonly losses: readonly Loss[];
  readonly drafts: readonly {
    invoiceId: string;
    period: string;
    total: string;
    /** The last day of contesting. */
    until: string | null;
    /** Last said of it: ACCEPTED, CONTESTED, MAINTAINED or empty. */
    answer: string;
  }[];
  /** Still to take effect, or since lately. */
  readonly amendments: readonly { number: string; from: string }[];
};

/** By what was last said of the draft; one that was accepted is issued at once and asks for nothing. */
const draftWords: Readonly<Record<string, { title: string; next: string }>> = {
  '': { title: 'Un projet de facture est à vérifier', next: '' },
  CONTESTED: {
    title: 'Un projet de facture est contesté',
    next: ' Votre contestation attend la réponse du titulaire ; d’ici là, rien n’est émis.',
  },
  MAINTAINED: {
    title: 'Un projet de facture contesté est maintenu',
    next: ' Lisez la réponse du titulaire : la facture est émise à la fin du délai.',
  },
};

/**
 * PRV-2: who waits, or is open by tolerance, is told as a count, with what mends it; PRV-7: so are
 * the seats that will be lost, by school; BIL-9: drafts may be contested; MKT-6: the market changes.
 * First of all whether the figures are behind.
 */
export function noticesOf({ late, seats, losses, drafts, amendments }: NoticeFacts): Notice[] {
  const toCheck = drafts.flatMap(({ invoiceId, period, total, until, answer }): Notice[] => {
    const words = draftWords[answer];
    if (words === undefined) return [];
    const mayContest =
      answer === '' && until ? ` Vous pouvez le contester jusqu’au ${until} inclus.` : '';
    return [
      {
        kind: 'INVOICE_TO_CHECK',
        title: words.title,
        message: `Période ${period}, ${total} TTC.${words.next}${mayContest}`,
        subject: invoiceId,
      },
    ];
  });
  const amended = amendments.map(({ number, from }): Notice => ({
    kind: 'MARKET_AMENDED',
    title: `Le marché change : ${number}`,
    message: `Cet avenant prend effet le ${from}. La coordination en tient la pièce signée à votre disposition.`,
    subject: number,
  }));
  return [
    ...behind(late),
    ...seats.flatMap(missing),
    ...losses.map(toBeLost),
    ...toCheck,
    ...amended,
  ];
}

function behind(late: NoticeFacts['late']): Notice[] {
  if (late === undefined) return [];
  const { facts, since } = late;
  const wait =
    facts === 0
      ? 'La lecture des faits de cette adhésion est arrêtée et attend'
      : facts === 1
        ? '1 fait de cette adhésion attend'
        : `${facts} faits de cette adhésion attendent`;
  return [
    {
      kind: 'FIGURES_LATE',
      title: since === null ? 'Chiffres en retard' : `Chiffres arrêtés au ${frenchDate(since)}`,
      message: `${wait} une décision du support : d’ici là, ce que vous lisez peut être incomplet. Vous n’avez rien à faire ; avant une décision qui engage, demandez au support de niveau 2 où il en est.`,
      subject: 'late',
    },
  ];
}

function missing({ itemCode, waiting, held, ordered }: Seats): Notice[] {
  const over = Math.max(held - ordered, 0);
  if (waiting + over === 0) return [];
  const pupils = waiting === 1 ? '1 élève attend' : `${waiting} élèves attendent`;
  const open = over === 1 ? '1 compte est ouvert' : `${over} comptes sont ouverts`;
  const taken = `Vous avez commandé ${ordered} comptes et ${held} sont pris`;
  const tolerated = over > 0 ? ', ce que le marché tolère pour un temps' : '';
  const mends = waiting > 0 ? 'les libère aussitôt' : 'les conserve';
  return [
    {
      kind: 'SEATS_MISSING',
      title: waiting > 0 ? `${pupils} une place` : `${open} au-delà de votre commande`,
      message: `${taken}${tolerated}. Une commande de ${accounts(waiting + over)} de plus ${mends}.`,
      subject: itemCode,
    },
  ];
}

const schoolsNamed = 10;

function toBeLost({ itemCode, day, schools }: Loss): Notice {
  const total = schools.reduce((sum, { seats }) => sum + seats, 0);
  const named = schools.slice(0, schoolsNamed).map(({ name, seats }) => `${name} : ${seats}`);
  const others = schools.slice(schoolsNamed).reduce((sum, { seats }) => sum + seats, 0);
  const list = [...named, ...(others > 0 ? [`autres écoles : ${others}`] : [])].join(' ; ');
  return {
    kind: 'SEATS_TO_BE_LOST',
    title: `${accounts(total)} ${total === 1 ? 'perdra sa place' : 'perdront leur place'} le ${day}`,
    message: `La quantité commandée ne suffira plus ce jour-là ; les derniers inscrits sont concernés. Par école : ${list}. Prévenez ces écoles, ou commandez ${accounts(total)} de plus pour ce jour au plus tard.`,
    subject: `${itemCode} ${day}`,
  };
}

function accounts(count: number): string {
  return count === 1 ? '1 compte' : `${count} comptes`;
}
