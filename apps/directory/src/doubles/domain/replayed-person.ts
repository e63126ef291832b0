/** A dated place; `endsOn` null while it is current. Days are half-open. */
export type Place = {
  readonly profile: string;
  readonly uai: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
} & PlaceFacts;

type PlaceFacts = {
  readonly classId: string;
  readonly classLabel: string;
  readonly level: string;
  readonly isHead: boolean;
  readonly post: unknown;
  readonly classes: unknown;
  readonly groups: unknown;
};

export type StatedPlace = PlaceFacts & {
  readonly profile: string;
  readonly uai: string;
  /** The date of entry that the source says, if it does. */
  readonly enteredOn: string | null;
};

/** What a source says of one of its identifiers. */
export type Statement = {
  readonly entity: number;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string | null;
  readonly ine: string | null;
  readonly academicIdentifier: string | null;
  readonly places: readonly StatedPlace[];
  readonly links: readonly { readonly guardianKey: string; readonly relation: string }[];
};

/** An identifier of the person, and what was said of it: steps order everything that happened. */
export type SpokenKey = {
  readonly source: string;
  readonly sourceKey: string;
  /** Of its source; 1 first. */
  readonly priorities: Readonly<Record<Attribute, number>>;
  /** Of this person since that merge; step 0: always. */
  readonly since: Moment;
  /** What it said until each of these steps, the oldest first; null: nothing. */
  readonly before: readonly (Moment & { readonly statement: Statement | null })[];
  /** What it says since the last of them. */
  readonly now: Statement | null;
};

type Attribute = 'NAMES' | 'BIRTH_DATE' | 'INE' | 'ACADEMIC_IDENTIFIER' | 'PLACES' | 'RELATIONS';

export type Moment = {
  readonly step: number;
  /** The day of effect. */
  readonly on: string;
  /** The day of the service, on which a person leaves (SUP-4). */
  readonly recordedOn: string;
};

/** Who somebody is, but for places. */
export type Named = {
  readonly source: string;
  readonly sourceKey: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate: string | null;
  readonly academicIdentifier: string | null;
  readonly ine: string | null;
  readonly leftOn: string | null;
};

/** Undefined: nobody. */
export type Replayed = { readonly named: Named | undefined; readonly places: readonly Place[] };

/** Links of somebody whom nobody states any more: as the last statements said, resolved to whom they led then. */
export type LastLinks = {
  readonly asOf: number;
  readonly links: readonly {
    readonly source: string;
    readonly guardianKey: string;
    readonly relation: string;
  }[];
};

/**
 * What has become of somebody by what was said of these identifiers since the step of `was`, day by day, as each import
 * derived it then (DIR-4, DIR-5): the same rules as the statements of `part-steps.pg.ts`, for one person.
 */
export function replay(
  was: Replayed & { readonly step: number },
  keys: readonly SpokenKey[],
): Replayed {
  let state: Replayed = was;
  let ines = inesOf(statedAfter(keys, was.step, (since) => since < was.step));
  for (const { step, ...days } of momentsOf(keys, was.step)) {
    const stated = statedAfter(keys, step);
    const said = inesOf(stated);
    state = derived(state, stated, days, said.join() !== ines.join() ? said[0] : undefined);
    ines = said;
  }
  return state;
}

/** Undefined: nothing is known of when it was stated, or it still is. `until`: from that step on nobody states it. */
export function lastLinks(keys: readonly SpokenKey[], until = Infinity): LastLinks | undefined {
  const steps = [
    ...momentsOf(keys, -1).map(({ step }) => step),
    ...(until < Infinity ? [until] : []),
  ];
  let last: LastLinks | undefined;
  for (const step of steps.filter((each) => each <= until)) {
    const before = statedAfter(keys, step - 1, (since) => since < step);
    const after = step === until ? [] : statedAfter(keys, step);
    if (before.length > 0 && after.length === 0) last = { asOf: step, links: linksOf(before) };
    if (after.length > 0) last = undefined;
  }
  return last;
}

type Stated = { readonly key: SpokenKey; readonly said: Statement };

/** In the order in which all sources are told apart. */
function statedAfter(
  keys: readonly SpokenKey[],
  step: number,
  counts = (since: number) => since <= step,
): readonly Stated[] {
  return keys
    .filter(({ since }) => counts(since.step))
    .flatMap((key) => {
      const next = key.before.find((each) => each.step > step);
      const said = next ? next.statement : key.now;
      return said ? [{ key, said }] : [];
    })
    .sort(
      (a, b) =>
        a.said.entity - b.said.entity ||
        compare(a.key.source, b.key.source) ||
        compare(a.key.sourceKey, b.key.sourceKey),
    );
}

/** In the order in which sources are believed. */
const believed = (stated: readonly Stated[], attribute: Attribute): readonly Stated[] =>
  stated.toSorted((a, b) => a.key.priorities[attribute] - b.key.priorities[attribute]);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** When anything was said of the identifiers that are the person's, or one became so: at or after that step. */
function momentsOf(keys: readonly SpokenKey[], from: number): readonly Moment[] {
  const moments = keys.flatMap(({ since, before }) => [
    ...(since.step > 0 && since.step >= from ? [since] : []),
    ...before.filter(({ step }) => step >= from && step > since.step),
  ]);
  return [...new Map(moments.map((each) => [each.step, each])).values()].sort(
    (a, b) => a.step - b.step,
  );
}

const inesOf = (stated: readonly Stated[]): string[] =>
  believed(stated, 'INE').flatMap(({ said }) => said.ine ?? []);

const linksOf = (stated: readonly Stated[]): LastLinks['links'] =>
  believed(stated, 'RELATIONS').flatMap(({ key: { source }, said }) =>
    said.links.map((link) => ({ source, ...link })),
  );

/** `newIne`: one that was not said before; another one is kept, as somebody else's may be. */
function derived(
  { named, places }: Replayed,
  stated: readonly Stated[],
  { on, recordedOn }: Omit<Moment, 'step'>,
  newIne: string | undefined,
): Replayed {
  const after = derivedPlaces(places, stated, on);
  const [first] = believed(stated, 'NAMES');
  const told = (attribute: 'birthDate' | 'academicIdentifier', by: Attribute) =>
    believed(stated, by).find((each) => each.said[attribute])?.said[attribute] ?? null;
  if (!first) {
    if (!named || named.leftOn !== null) return { named, places: after };
    const days = [recordedOn, ...after.flatMap(({ endsOn }) => endsOn ?? [])].sort();
    return { named: { ...named, leftOn: days.at(-1) ?? recordedOn }, places: after };
  }
  const { key, said } = first;
  return {
    named: {
      ...{ source: key.source, sourceKey: key.sourceKey },
      ...{ lastName: said.lastName, firstName: said.firstName },
      birthDate: told('birthDate', 'BIRTH_DATE'),
      academicIdentifier: told('academicIdentifier', 'ACADEMIC_IDENTIFIER'),
      ine: newIne ?? named?.ine ?? null,
      leftOn: null,
    },
    places: after,
  };
}

const placeOf = ({ profile, uai }: Pick<Place, 'profile' | 'uai'>): string => `${profile} ${uai}`;

function derivedPlaces(
  places: readonly Place[],
  stated: readonly Stated[],
  on: string,
): readonly Place[] {
  const wanted = new Map<string, StatedPlace>();
  for (const place of believed(stated, 'PLACES').flatMap(({ said }) => said.places))
    if (!wanted.has(placeOf(place))) wanted.set(placeOf(place), place);
  // A school that is somebody's home by one source is no further school by another (DIR-4).
  for (const { profile, uai } of [...wanted.values()])
    if (profile === 'STUDENT') wanted.delete(placeOf({ profile: 'FURTHER_STUDENT', uai }));
  const lastEnd = (place: StatedPlace): string =>
    places.reduce(
      (last, each) =>
        placeOf(each) === placeOf(place) &&
        each.endsOn !== null &&
        each.endsOn > each.startsOn &&
        each.endsOn > last
          ? each.endsOn
          : last,
      '',
    );
  // It ended before it began, and nothing else may begin then.
  const isTaken = ({ enteredOn, ...place }: StatedPlace): boolean =>
    places.some(
      (each) =>
        placeOf(each) === placeOf(place) &&
        each.endsOn === enteredOn &&
        each.startsOn === enteredOn,
    );
  const begun = new Set<string>();
  const changed = places.map((place) => {
    if (place.endsOn !== null) return place;
    const said = wanted.get(placeOf(place));
    if (!said) return { ...place, endsOn: place.startsOn > on ? place.startsOn : on };
    begun.add(placeOf(place));
    const startsOn =
      said.enteredOn === null || lastEnd(said) !== '' || isTaken(said)
        ? place.startsOn
        : said.enteredOn;
    return { ...place, ...factsOf(said), startsOn };
  });
  const added = [...wanted.values()]
    .filter((place) => !begun.has(placeOf(place)))
    .map((place): Place => {
      const { enteredOn } = place;
      const ended = lastEnd(place);
      const isOnceMore = enteredOn === null || ended > enteredOn;
      const startsOn = isOnceMore ? (ended > on ? ended : on) : enteredOn;
      return { profile: place.profile, uai: place.uai, startsOn, endsOn: null, ...factsOf(place) };
    });
  const rowOf = (place: Place) => `${placeOf(place)} ${place.startsOn}`;
  // Who comes back on the first day of a place has it again.
  const again = new Set(added.map(rowOf));
  return [...changed.filter((place) => !again.has(rowOf(place))), ...added];
}

const factsOf = (place: StatedPlace): PlaceFacts => {
  const { classId, classLabel, level, isHead, post, classes, groups } = place;
  return { classId, classLabel, level, isHead, post, classes, groups };
};
