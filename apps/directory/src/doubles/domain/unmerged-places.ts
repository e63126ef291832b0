/** A dated place; `endsOn` null while it is current. Days are half-open. */
export type Place = {
  readonly profile: string;
  readonly uai: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly classId: string;
  readonly classLabel: string;
  readonly level: string;
  readonly isHead: boolean;
};

/** Since when the identifiers of one of them say no more of a place, by `placeOf`. */
export type EndedOn = Readonly<Record<string, string>>;

export type PlacesToPart = {
  readonly survivor: {
    readonly before: readonly Place[];
    readonly now: readonly Place[];
    readonly endedOn: EndedOn;
  };
  readonly absorbed: { readonly before: readonly Place[]; readonly endedOn: EndedOn };
  /** Where the survivor's own identifiers state it now, as `placeOf`. */
  readonly own: ReadonlySet<string>;
  /** Where the identifiers that go back stated the other one when they came, or state it now. */
  readonly moved: ReadonlySet<string>;
};

/** Where and as what, whatever the days. */
export const placeOf = ({ profile, uai }: Pick<Place, 'profile' | 'uai'>): string =>
  `${profile} ${uai}`;

/**
 * Whose is which place, as if the two had never been one (DIR-2): what either had before is back, and what has become
 * of the other one's places while they were the survivor's becomes of them. What is stated now is derived afterwards.
 */
export function unmergedPlaces({ survivor, absorbed, own, moved }: PlacesToPart): {
  readonly survivor: readonly Place[];
  readonly absorbed: readonly Place[];
} {
  const before = new Map(survivor.before.map((place) => [rowOf(place), place]));
  const isOthers = (place: Place) =>
    !before.has(rowOf(place)) && !own.has(placeOf(place)) && moved.has(placeOf(place));
  const others = survivor.now.filter(isOthers);
  const hadOpen = new Set(
    absorbed.before.filter(({ endsOn }) => endsOn === null).map((place) => placeOf(place)),
  );
  return {
    survivor: survivor.now
      .filter((place) => !isOthers(place))
      .map((place) => {
        const was = before.get(rowOf(place));
        if (!was || own.has(placeOf(place))) return place;
        // It had ended, and only the other one's source had it begin again; or has it still.
        if (was.endsOn !== null) return was;
        return asSinceThen({ ...was, endsOn: place.endsOn }, survivor.endedOn);
      }),
    absorbed: [
      ...absorbed.before.map((place) =>
        place.endsOn === null ? asSinceThen(place, absorbed.endedOn) : place,
      ),
      ...others.filter((place) => !hadOpen.has(placeOf(place))),
    ],
  };
}

const rowOf = (place: Place): string => `${placeOf(place)} ${place.startsOn}`;

function asSinceThen(place: Place, endedOn: EndedOn): Place {
  const ended = endedOn[placeOf(place)];
  if (ended === undefined) return place;
  return { ...place, endsOn: ended < place.startsOn ? place.startsOn : ended };
}
