import { defineProblem, refuseMistakes, requireVersion } from '#libs/problems';

export class CommitteeDepartmentUnknown extends defineProblem(
  'COMMITTEE_DEPARTMENT_UNKNOWN',
  'invalid',
) {}
export class CommitteeAlreadyEstablished extends defineProblem(
  'COMMITTEE_ALREADY_ESTABLISHED',
  'conflict',
) {}
export class CommitteeStale extends defineProblem('COMMITTEE_STALE', 'stale') {}
export class CompositionInvalid extends defineProblem('COMPOSITION_INVALID', 'invalid') {}

export const sides = ['EDUCATION_NATIONALE', 'COLLECTIVITE', 'OTHER'] as const;

/** Who sits: a function in an organisation, never a name (GOV-5). */
export type Seat = {
  readonly functionTitle: string;
  readonly organisation: string;
  /** Of a member of the market; empty: no member. */
  readonly organisationId: string;
  readonly side: (typeof sides)[number];
};

export type Committee = {
  readonly committeeId: string;
  readonly marketCode: string;
  readonly kind: 'STEERING' | 'DEPARTMENTAL';
  /** Empty for STEERING. */
  readonly department: string;
  readonly seats: readonly Seat[];
  /** 1 upwards: what a change must name. */
  readonly version: number;
};

export const seatsMax = 100;

/** A steering committee, or the group of a department of the market (art. 4.2). Throws CommitteeDepartmentUnknown. */
export function establish(
  committeeId: string,
  market: { readonly code: string; readonly departments: readonly string[] },
  kind: Committee['kind'],
  department: string,
): Committee {
  const fits = kind === 'STEERING' ? department === '' : market.departments.includes(department);
  if (!fits) {
    throw new CommitteeDepartmentUnknown(
      `Indiquez un des départements du marché (${market.departments.join(', ')}) pour un groupe de pilotage départemental, aucun pour le comité de pilotage (convention, art. 4.2).`,
      { department, departments: market.departments },
    );
  }
  return { committeeId, marketCode: market.code, kind, department, seats: [], version: 1 };
}

/** Replaces the composition. Throws CommitteeStale, CompositionInvalid with every mistake. */
export function compose(
  committee: Committee,
  expectedVersion: number,
  seats: readonly Seat[],
): Committee {
  requireVersion(
    committee,
    expectedVersion,
    CommitteeStale,
    'La composition a été modifiée entre-temps : rechargez-la, puis recommencez.',
  );
  const named = seats.map(
    ({ functionTitle, organisation }) => `${functionTitle} — ${organisation}`,
  );
  const mistakes = [
    ...(seats.length > seatsMax ? [`au plus ${seatsMax} sièges`] : []),
    ...seats.flatMap(({ functionTitle, organisation }, index) =>
      functionTitle.trim() === '' || organisation.trim() === ''
        ? [`siège ${index + 1} : indiquez la fonction et l’organisme`]
        : [],
    ),
    ...named.flatMap((name, index) =>
      named.indexOf(name) < index ? [`siège ${index + 1} : ${name} figure déjà`] : [],
    ),
  ];
  refuseMistakes(mistakes, CompositionInvalid, 'Corrigez la composition');
  return { ...committee, seats, version: committee.version + 1 };
}

/** What an invitation rests on: art. 4.2 wants both sides in the steering committee. In French; empty: complete. */
export function lacksOf({ kind, seats }: Pick<Committee, 'kind' | 'seats'>): string[] {
  if (seats.length === 0) return ['La composition est vide : indiquez qui siège.'];
  if (kind === 'DEPARTMENTAL') return [];
  const has = (side: Seat['side']) => seats.some((seat) => seat.side === side);
  return [
    ...(has('EDUCATION_NATIONALE')
      ? []
      : ['Il manque un représentant de l’Éducation nationale (convention, art. 4.2).']),
    ...(has('COLLECTIVITE')
      ? []
      : ['Il manque un représentant des collectivités partenaires (convention, art. 4.2).']),
  ];
}
