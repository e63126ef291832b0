import { type LocalDate, addDays, localDate } from '#libs/time';
import type { PopulationChange } from '../../../test/support/generator/generate-aaf.js';
import type { EntAct } from './ent/ent-act.js';
import { entDays } from './ent/ent-days.js';
import { type DemoMember, demoMembers } from './members.js';
import type { PriceRevision } from './price-revisions.js';

/** What somebody does on a day of the demo. Each act may be done again: it then changes nothing. */
export type DemoAct =
  | { readonly kind: 'publish-market' }
  | { readonly kind: 'apply'; readonly member: string }
  | { readonly kind: 'verify-and-accept' }
  | { readonly kind: 'agree-on-prices' }
  /** Proposed by the supplier from the market's formula, approved by the coordinator (BIL-2). */
  | ({ readonly kind: 'revise-prices' } & PriceRevision)
  | { readonly kind: 'activate-memberships' }
  | { readonly kind: 'finance-schools'; readonly from: LocalDate }
  | {
      readonly kind: 'order';
      readonly member: string;
      readonly delta: number;
      readonly effectiveFrom: LocalDate;
      /** The code of the refusal that the story tells; absent where the order is accepted. */
      readonly refusedWith?: string;
    }
  | {
      readonly kind: 'withdraw';
      readonly member: string;
      readonly sentOn: LocalDate;
      readonly receivedOn: LocalDate;
      /** The code of the refusal that the story tells; absent where the notice counts. */
      readonly refusedWith?: string;
      /** First day without the member, where the notice counts. */
      readonly endsOn?: LocalDate;
    }
  | {
      /** The members become one commune nouvelle, in full. */
      readonly kind: 'plan-succession';
      readonly members: readonly string[];
      readonly successor: {
        readonly name: string;
        readonly siren: string;
        readonly insee: string;
        readonly address: string;
      };
      readonly effectiveOn: LocalDate;
      /** Day of the arrêté. */
      readonly decidedOn: LocalDate;
    }
  | {
      readonly kind: 'import-directory';
      readonly folder: string;
      readonly exportedOn: LocalDate;
      readonly changes: readonly PopulationChange[];
    }
  | {
      /** Of each school's pupils, the first in alphabetical order up to this percentage log in. */
      readonly kind: 'use-accounts';
      readonly percent: number;
    }
  | { readonly kind: 'bill'; readonly periodEndsOn: LocalDate }
  /** A successor is registered without: nobody could be sent its invoices (BIL-6). */
  | { readonly kind: 'record-chorus-pro'; readonly siren: string; readonly validFrom: LocalDate }
  /** The member's finance enters the « numéro d'engagement » of its invoices from a day on (ADH-1). */
  | {
      readonly kind: 'record-engagement';
      readonly member: string;
      readonly number: string;
      readonly validFrom: LocalDate;
    }
  /** BIL-9: the member contests or accepts the draft of a period, the supplier maintains or withdraws it. */
  | (OfDraft & {
      readonly kind: 'contest' | 'maintain' | 'withdraw-draft';
      readonly reason: string;
    })
  | (OfDraft & { readonly kind: 'accept' })
  | {
      /** Recorded by the coordinator, on the written agreement of member and supplier (ORD-4). */
      readonly kind: 'correct-orders';
      readonly member: string;
      readonly agreedOn: LocalDate;
      readonly lines: readonly { readonly effectiveFrom: LocalDate; readonly delta: number }[];
    }
  /** Proposed by one person of the supplier's, approved by another (BIL-8). */
  | (OfDraft & { readonly kind: 'mend-invoice'; readonly reason: string })
  | { readonly kind: 'announce-successor'; readonly marketCode: string }
  | EntAct;

type OfDraft = { readonly member: string; readonly periodEndsOn: LocalDate };

export type DayOf<Act> = {
  readonly on: LocalDate;
  /** French, for the terminal. */
  readonly title: string;
  readonly acts: readonly Act[];
};
export type DemoDay = DayOf<DemoAct>;

export type DemoScenario = {
  readonly size: DemoSize;
  readonly marketCode: string;
  readonly seed: string;
  readonly rentree: LocalDate;
  readonly members: readonly DemoMember[];
  readonly days: readonly DemoDay[];
  /** Invoices that the contract's worked examples demand (BIL-3, rows 1 and 2), in cents. */
  readonly workedExamples: readonly WorkedExample[];
};

/** The prices of the whole market, beside this file. */
export const bpuFile = 'bpu-e-primo-2022.csv';

/** What joining a market needs of a story. */
export type MarketStory = Pick<DemoScenario, 'marketCode' | 'members'>;

export type WorkedExample = {
  readonly member: string;
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate;
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

/** `full` is what `npm start` plays; `small` has seven members and two quarters, for tests. */
export type DemoSize = 'full' | 'small';

const day = (text: string): LocalDate => localDate(text);
const smallMembers = ['ancenis', 'montreuil', 'ferte', 'sivos', 'ingrandes', 'fresne'];
/** Two contract years, the second dearer than the first: by the BPU, and by a revision on top of it. */
const quarters = [
  ...['2022-10-19', '2023-01-19', '2023-04-19', '2023-07-19'],
  ...['2023-10-19', '2024-01-19', '2024-04-19', '2024-07-19'],
];
const contestDays = 10;
/** Long enough for the last drafts to be numbered, and one of them mended. */
const afterBilling = 25;

/** The whole story as data: who, what, on which day. */
export function demoScenario(size: DemoSize = 'full'): DemoScenario {
  const members = demoMembers.filter(({ key }) => size === 'full' || smallMembers.includes(key));
  const quarterEnds = (size === 'full' ? quarters : quarters.slice(0, 2)).map(day);
  const billed = [
    ...adhesions(members),
    ...contractBegins(),
    ...schoolYearBegins(members),
    ...lifeOfOrders(),
    ...succession(),
    ...serviceFait(),
    ...lateEvent(),
    ...revision(),
    ...billing(quarterEnds),
    ...entDays,
  ].filter(({ on }) => on <= addDays(quarterEnds.at(-1) as LocalDate, afterBilling));
  return {
    size,
    marketCode: 'e-primo-2022',
    seed: 'demo-2022',
    rentree: day('2022-09-01'),
    members,
    days: oncePerDay([...billed, ...withdrawal()]),
    workedExamples: [
      {
        member: 'ancenis',
        startsOn: day('2022-07-19'),
        endsOn: day('2022-10-19'),
        netCents: 24_404n,
        vatCents: 4_881n,
        totalCents: 29_285n,
      },
      {
        member: 'ancenis',
        startsOn: day('2022-10-19'),
        endsOn: day('2023-01-19'),
        netCents: 26_288n,
        vatCents: 5_258n,
        totalCents: 31_546n,
      },
    ],
  };
}

function adhesions(members: readonly DemoMember[]): DemoDay[] {
  return [
    {
      on: day('2021-11-15'),
      title: 'Ouverture du groupement : le marché est publié',
      acts: [{ kind: 'publish-market' }],
    },
    {
      // Every letter was received by then; each keeps the day it was sent.
      on: day('2022-01-14'),
      title: `${members.length + 1} dossiers d’adhésion reçus, annexes 2 saisies`,
      acts: [
        { kind: 'apply', member: 'rectorat' },
        ...members.map(({ key }) => ({ kind: 'apply', member: key }) as const),
      ],
    },
    {
      on: day('2022-01-16'),
      title: 'Annexes 2 vérifiées par une seconde personne, adhésions acceptées',
      acts: [{ kind: 'verify-and-accept' }],
    },
  ];
}

function contractBegins(): DemoDay[] {
  return [
    {
      on: day('2022-04-12'),
      title: 'Marché notifié : bordereau des prix enregistré',
      acts: [{ kind: 'agree-on-prices' }],
    },
    {
      on: day('2022-07-19'),
      title: 'Début du marché : adhésions activées, commandes initiales, écoles rattachées',
      acts: [
        { kind: 'activate-memberships' },
        { kind: 'finance-schools', from: day('2022-07-19') },
      ],
    },
  ];
}

function schoolYearBegins(members: readonly DemoMember[]): DemoDay[] {
  return [
    {
      on: day('2022-09-05'),
      title: 'Rentrée : import AAF du rectorat, ouverture des comptes',
      acts: [
        {
          kind: 'import-directory',
          folder: 'aaf-2022-09-05',
          exportedOn: day('2022-09-05'),
          changes: [],
        },
      ],
    },
    {
      on: day('2022-09-14'),
      title: 'Les premiers élèves se connectent',
      acts: [{ kind: 'use-accounts', percent: 40 }],
    },
    {
      on: day('2022-09-20'),
      title: 'Second import AAF : arrivées, départs, changements d’école',
      acts: [
        {
          kind: 'import-directory',
          folder: 'aaf-2022-09-20',
          exportedOn: day('2022-09-20'),
          changes: septemberChanges(members),
        },
      ],
    },
    {
      on: day('2022-10-10'),
      title: 'La plupart des élèves se sont connectés',
      acts: [{ kind: 'use-accounts', percent: 75 }],
    },
  ];
}

/** What happens to pupils in September, where the schools take part; one commune's numbers stay as they are. */
function septemberChanges(members: readonly DemoMember[]): PopulationChange[] {
  const changes: PopulationChange[] = [
    { kind: 'enter', uai: '0720394M', count: 5, day: '2022-09-12' },
    { kind: 'leave', uai: '0490226E', count: 3, day: '2022-09-13' },
    { kind: 'enter', uai: '0491749K', count: 2, day: '2022-09-13' },
    { kind: 'move', uai: '0850280T', pupil: 11, toUai: '0850481L', day: '2022-09-15' },
    { kind: 'leave', uai: '0440965K', count: 4, day: '2022-09-14' },
    { kind: 'enter', uai: '0530923R', count: 3, day: '2022-09-16' },
    { kind: 'move', uai: '0530325R', pupil: 20, toUai: '0530511T', day: '2022-09-16' },
    { kind: 'move', uai: '0490280N', pupil: 31, toUai: '0490585V', day: '2022-09-19' },
  ];
  const known = new Set(members.flatMap(({ schools }) => schools.map(({ uai }) => uai)));
  return changes.filter(
    (change) => known.has(change.uai) && (change.kind !== 'move' || known.has(change.toUai)),
  );
}

function lifeOfOrders(): DemoDay[] {
  return [
    {
      on: day('2022-11-03'),
      title: 'Ancenis-Saint-Géréon commande 38 comptes de plus : la liste d’attente se vide',
      acts: [{ kind: 'order', member: 'ancenis', delta: 38, effectiveFrom: day('2022-11-03') }],
    },
    {
      on: day('2022-12-01'),
      title: 'Montreuil-Juigné commande 20 comptes de plus',
      acts: [{ kind: 'order', member: 'montreuil', delta: 20, effectiveFrom: day('2022-12-05') }],
    },
    {
      on: day('2023-01-10'),
      title: 'Montreuil-Juigné demande −45, sous son engagement : refusé ; puis −20 : accepté',
      acts: [
        {
          kind: 'order',
          member: 'montreuil',
          delta: -45,
          effectiveFrom: day('2023-01-16'),
          refusedWith: 'BELOW_COMMITMENT',
        },
        { kind: 'order', member: 'montreuil', delta: -20, effectiveFrom: day('2023-01-16') },
      ],
    },
    {
      on: day('2023-03-13'),
      title: 'Presque tous les élèves se sont connectés',
      acts: [{ kind: 'use-accounts', percent: 90 }],
    },
  ];
}

/** Two communes become one: planned on the arrêté, carried out when the day begins (ADH-5). */
function succession(): DemoDay[] {
  const effectiveOn = day('2023-01-01');
  return [
    {
      on: day('2022-11-21'),
      title:
        'Ingrandes et Le Fresne-sur-Loire commandent 6 et 4 comptes ; leur fusion au 1er janvier est prévue',
      acts: [
        { kind: 'order', member: 'ingrandes', delta: 6, effectiveFrom: day('2022-11-21') },
        // Planned for after the merger: it passes too.
        { kind: 'order', member: 'fresne', delta: 4, effectiveFrom: day('2023-09-04') },
        {
          kind: 'plan-succession',
          members: ['ingrandes', 'fresne'],
          successor: {
            name: 'Ingrandes-le-Fresne-sur-Loire',
            siren: '200102614',
            insee: '49160',
            address: 'Place de la Mairie, 49123 Ingrandes-le-Fresne-sur-Loire',
          },
          effectiveOn,
          decidedOn: day('2022-11-14'),
        },
      ],
    },
    {
      on: effectiveOn,
      title:
        'La commune nouvelle d’Ingrandes-le-Fresne-sur-Loire succède aux deux communes : rien ne se perd',
      acts: [{ kind: 'record-chorus-pro', siren: '200102614', validFrom: effectiveOn }],
    },
  ];
}

/** The first drafts: one is contested and stands, one is contested, drafted anew and accepted (BIL-9). */
function serviceFait(): DemoDay[] {
  const periodEndsOn = day('2022-10-19');
  return [
    {
      on: day('2022-10-21'),
      title: 'Deux projets de facture sont contestés ; celui de Montreuil-Juigné est maintenu',
      acts: [
        {
          ...{ kind: 'contest', member: 'montreuil', periodEndsOn },
          reason: 'Nous comptons 495 élèves : pourquoi 505 comptes sont-ils facturés ?',
        },
        {
          ...{ kind: 'contest', member: 'ferte', periodEndsOn },
          reason: 'La facture doit porter notre numéro d’engagement, que nous venons de saisir.',
        },
        {
          ...{ kind: 'record-engagement', member: 'ferte', number: 'EJ-2022-0417' },
          validFrom: day('2022-10-19'),
        },
        {
          ...{ kind: 'maintain', member: 'montreuil', periodEndsOn },
          reason: 'L’annexe 2 signée engage 505 comptes, et autant sont commandés.',
        },
      ],
    },
    {
      on: day('2022-10-24'),
      title: 'Celui de La Ferté-Bernard est établi à nouveau avec son engagement, puis accepté',
      acts: [
        {
          ...{ kind: 'withdraw-draft', member: 'ferte', periodEndsOn },
          reason: 'Votre numéro d’engagement manquait : un nouveau projet le porte.',
        },
        { kind: 'accept', member: 'ferte', periodEndsOn },
      ],
    },
  ];
}

/** What comes after the invoice: a class opened two weeks later than it was ordered and billed (ORD-4, BIL-8). */
function lateEvent(): DemoDay[] {
  const periodEndsOn = day('2023-01-19');
  return [
    {
      on: day('2023-02-06'),
      title:
        'Correction du passé : les 20 comptes de Montreuil-Juigné n’ont compté qu’au 19 décembre',
      acts: [
        {
          ...{ kind: 'correct-orders', member: 'montreuil', agreedOn: day('2023-02-03') },
          lines: [
            { effectiveFrom: day('2022-12-05'), delta: -20 },
            { effectiveFrom: day('2022-12-19'), delta: 20 },
          ],
        },
      ],
    },
    {
      on: day('2023-02-13'),
      title:
        'Sa facture est corrigée par deux personnes du titulaire : avoir, puis facture rectifiée',
      acts: [
        {
          ...{ kind: 'mend-invoice', member: 'montreuil', periodEndsOn },
          reason: 'Les 20 comptes supplémentaires sont dus à compter du 19 décembre 2022.',
        },
        { kind: 'accept', member: 'montreuil', periodEndsOn },
      ],
    },
  ];
}

/** What the BPU states for the second year is of the day of the offer: the clause brings it up to date. */
function revision(): DemoDay[] {
  const effectiveFrom = day('2023-07-19');
  return [
    {
      on: day('2023-06-26'),
      title:
        'Révision des prix au 19 juillet : calculée par la formule du marché, vérifiée par la coordination',
      acts: [
        {
          ...{ kind: 'revise-prices', baseOn: effectiveFrom, effectiveFrom },
          ...{ constant: '0.15', coefficient: '0.85', index: 'Indice de démonstration (fictif)' },
          base: { value: '132.4', on: day('2021-12-01') },
          current: { value: '139.1', on: day('2023-05-01') },
        },
      ],
    },
  ];
}

/** Two years later (WDR-1, WDR-2). The small story does not play what is invoiced meanwhile. */
function withdrawal(): DemoDay[] {
  const endsOn = day('2024-07-19');
  return [
    {
      on: day('2024-05-23'),
      title:
        'Le SIVOS du Graon se retire : lettre partie trop tôt, refusée ; renvoyée, enregistrée',
      acts: [
        {
          kind: 'withdraw',
          member: 'sivos',
          sentOn: day('2024-05-15'),
          receivedOn: day('2024-05-17'),
          refusedWith: 'WITHDRAWAL_TOO_EARLY',
        },
        {
          kind: 'withdraw',
          member: 'sivos',
          sentOn: day('2024-05-21'),
          receivedOn: day('2024-05-23'),
          endsOn,
        },
      ],
    },
    {
      on: endsOn,
      title:
        'Fin des 24 mois : le SIVOS du Graon quitte le groupement, ses comptes se ferment ; le marché suivant est annoncé',
      acts: [{ kind: 'announce-successor', marketCode: 'e-primo-2026' }],
    },
  ];
}

function billing(quarterEnds: readonly LocalDate[]): DemoDay[] {
  return quarterEnds.flatMap((periodEndsOn, index): DemoDay[] => [
    {
      on: periodEndsOn,
      title: `Facturation du trimestre ${index + 1} : états de service fait`,
      acts: [{ kind: 'bill', periodEndsOn }],
    },
    {
      // A draft may be contested for ten days; what nobody contested is then numbered (BIL-9).
      on: addDays(periodEndsOn, contestDays + 1),
      title: `Trimestre ${index + 1} : factures définitives`,
      acts: [],
    },
  ]);
}

function oncePerDay(days: readonly DemoDay[]): DemoDay[] {
  const together = Map.groupBy(days, ({ on }) => on);
  return [...together]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([on, all]) => ({
      on,
      title: all.map(({ title }) => title).join(' ; '),
      acts: all.flatMap(({ acts }) => acts),
    }));
}
