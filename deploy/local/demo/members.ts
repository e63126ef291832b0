/**
 * Who takes part in the demo: real communes and real public schools of the académie de Nantes, with
 * headcounts near the real ones where they are published. Organisations other than communes are
 * invented, with SIREN of the range 999 that no register holds; their names say so.
 */
export type DemoSchool = {
  readonly uai: string;
  /** INSEE code of the commune where it stands. */
  readonly insee: string;
  /** Pupils at the rentrée of September 2022. */
  readonly headcount: number;
  /** What annex 2 commits to for this school, counted the winter before. */
  readonly committed: number;
  /** Why it is financed although it stands outside the member's territory (SCH-1). */
  readonly territoryException?: string;
};

export type DemoMember = {
  /** How the scenario names it. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'COMMUNE' | 'EPCI' | 'SYNDICAT' | 'STATE';
  readonly siren: string;
  /** INSEE code of a commune. */
  readonly insee?: string;
  /** INSEE codes of the communes of a grouping. */
  readonly communes?: readonly string[];
  readonly address: string;
  /** The day its registered letter was sent; it arrived two days later. */
  readonly appliedOn: string;
  readonly schools: readonly DemoSchool[];
  /** Why its annex 2 names schools that no register has (COM-1). */
  readonly registerException?: string;
  /** A commune that has become part of another: it is in no register any more. */
  readonly isFormer?: true;
};

const school = (uai: string, insee: string, headcount: number, committed: number): DemoSchool => ({
  uai,
  insee,
  headcount,
  committed,
});

/** Thirteen members that pay for schools; 42 schools and 6,208 pupils in all. */
export const demoMembers: readonly DemoMember[] = [
  {
    // The worked examples of BIL-3: C = 412, 450 pupils, +38 seats from 3 November 2022.
    key: 'ancenis',
    name: 'Ancenis-Saint-Géréon',
    kind: 'COMMUNE',
    siren: '200083228',
    insee: '44003',
    address: 'Place du Maréchal Foch, 44150 Ancenis-Saint-Géréon',
    appliedOn: '2021-11-22',
    schools: [
      school('0440437L', '44003', 172, 158),
      school('0441606G', '44003', 148, 135),
      school('0441689X', '44003', 130, 119),
    ],
  },
  {
    key: 'vertou',
    name: 'Vertou',
    kind: 'COMMUNE',
    siren: '214402158',
    insee: '44215',
    address: '2 place Saint-Martin, 44120 Vertou',
    appliedOn: '2021-11-29',
    schools: [
      school('0440965K', '44215', 277, 280),
      school('0440967M', '44215', 260, 265),
      school('0440970R', '44215', 223, 230),
      school('0441646A', '44215', 241, 245),
    ],
  },
  {
    // Tries to order less than it committed to, and may not (ORD-2).
    key: 'montreuil',
    name: 'Montreuil-Juigné',
    kind: 'COMMUNE',
    siren: '214902140',
    insee: '49214',
    address: 'Esplanade Jean Moulin, 49460 Montreuil-Juigné',
    appliedOn: '2021-12-03',
    schools: [
      school('0490226E', '49214', 176, 180),
      school('0491749K', '49214', 151, 155),
      school('0491959N', '49214', 168, 170),
    ],
  },
  {
    key: 'ponts-de-ce',
    name: 'Les Ponts-de-Cé',
    kind: 'COMMUNE',
    siren: '214902462',
    insee: '49246',
    address: '7 rue Charles de Gaulle, 49130 Les Ponts-de-Cé',
    appliedOn: '2021-12-06',
    schools: [
      school('0490280N', '49246', 236, 240),
      school('0491852X', '49246', 197, 200),
      school('0491878A', '49246', 213, 215),
      school('0492229G', '49246', 174, 180),
    ],
  },
  {
    key: 'chateau-gontier',
    name: 'Château-Gontier-sur-Mayenne',
    kind: 'COMMUNE',
    siren: '200084655',
    insee: '53062',
    address: '23 place de la République, 53200 Château-Gontier-sur-Mayenne',
    appliedOn: '2021-12-08',
    schools: [
      school('0530102Y', '53062', 156, 160),
      school('0530114L', '53062', 169, 170),
      school('0530162N', '53062', 88, 92),
      school('0530164R', '53062', 102, 105),
      school('0530923R', '53062', 223, 228),
    ],
  },
  {
    key: 'mayenne',
    name: 'Mayenne',
    kind: 'COMMUNE',
    siren: '215301474',
    insee: '53147',
    address: '10 rue de Verdun, 53100 Mayenne',
    appliedOn: '2021-12-10',
    schools: [
      school('0530325R', '53147', 150, 155),
      school('0530509R', '53147', 153, 155),
      school('0530511T', '53147', 99, 105),
    ],
  },
  {
    // Has more pupils than seats to the end of the demo: a notice to look at in the console.
    key: 'ferte',
    name: 'La Ferté-Bernard',
    kind: 'COMMUNE',
    siren: '217201326',
    insee: '72132',
    address: '5 cours Clemenceau, 72400 La Ferté-Bernard',
    appliedOn: '2021-12-14',
    schools: [
      school('0720393L', '72132', 113, 112),
      school('0720394M', '72132', 118, 116),
      school('0720396P', '72132', 128, 124),
    ],
  },
  {
    key: 'fleche',
    name: 'La Flèche',
    kind: 'COMMUNE',
    siren: '217201540',
    insee: '72154',
    address: 'Espace Pierre Mendès France, 72200 La Flèche',
    appliedOn: '2021-12-16',
    schools: [
      school('0720432D', '72154', 86, 90),
      school('0720433E', '72154', 95, 100),
      school('0720434F', '72154', 165, 170),
      school('0720603P', '72154', 148, 150),
      school('0721372A', '72154', 155, 160),
      school('0721446F', '72154', 114, 118),
    ],
  },
  {
    key: 'chantonnay',
    name: 'Chantonnay',
    kind: 'COMMUNE',
    siren: '218500510',
    insee: '85051',
    address: '2 place de la Liberté, 85110 Chantonnay',
    appliedOn: '2022-01-04',
    schools: [
      school('0850260W', '85051', 91, 94),
      school('0850264A', '85051', 32, 34),
      school('0851175R', '85051', 50, 52),
      school('0851239K', '85051', 102, 105),
    ],
  },
  {
    key: 'haut-anjou',
    name: 'CC du Haut-Anjou (fictive)',
    kind: 'EPCI',
    siren: '999000029',
    communes: ['49026', '49176', '49266'],
    address: '1 place de l’Exemple, 49220 Le Lion-d’Angers',
    appliedOn: '2022-01-07',
    schools: [
      school('0490370L', '49026', 196, 200),
      school('0490373P', '49266', 92, 95),
      school('0490585V', '49176', 227, 230),
    ],
  },
  {
    key: 'sivos',
    name: 'SIVOS du Graon (fictif)',
    kind: 'SYNDICAT',
    siren: '999000037',
    communes: ['85061', '85193'],
    address: '1 rue de l’Exemple, 85320 Château-Guibert',
    appliedOn: '2022-01-12',
    schools: [school('0850280T', '85061', 115, 118), school('0850481L', '85193', 67, 70)],
  },
  {
    // These two become one commune nouvelle (ADH-5). They really did, in 2016: the day in 2023 is invented, and
    // which school belonged to which.
    key: 'ingrandes',
    name: 'Ingrandes',
    kind: 'COMMUNE',
    siren: '214901605',
    insee: '49160',
    address: 'Place de la Mairie, 49123 Ingrandes',
    appliedOn: '2022-01-05',
    schools: [school('0491661P', '49160', 115, 118)],
    isFormer: true,
  },
  {
    key: 'fresne',
    name: 'Le Fresne-sur-Loire',
    kind: 'COMMUNE',
    siren: '214400608',
    insee: '44060',
    address: 'Place de la Mairie, 49123 Le Fresne-sur-Loire',
    appliedOn: '2022-01-06',
    schools: [
      {
        ...school('0492444R', '49160', 93, 95),
        territoryException: 'Le registre des écoles donne déjà le code de la commune nouvelle.',
      },
    ],
    isFormer: true,
  },
];

/** The rectorat adheres as coordinator; its SIREN is the market's, its commitment may be 0 (ADH-2). */
export const rectoratAppliedOn = '2021-11-15';
