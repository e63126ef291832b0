import type { EntTask, Place, ToldPlace, WantedPlace } from './ent-task.js';

export const isSame = (a: Place, b: Place) => a.uai === b.uai && a.label === b.label;

type Told = Omit<ToldPlace, 'leavesSchool'>;

/**
 * What an account must join and leave in the ENT, its own class first. `wanted` may name a class more than once: by two
 * children, or by two sources of which one alone knows its level.
 */
export function placeChanges(
  home: WantedPlace,
  {
    wanted,
    told,
    tried,
  }: {
    readonly wanted: readonly WantedPlace[];
    readonly told: readonly Told[];
    readonly tried: readonly Told[];
  },
): Pick<EntTask, 'placesToJoin' | 'placesKept' | 'placesToLeave' | 'triedPlaces'> {
  const isWanted = (place: Place) => wanted.some((each) => isSame(each, place));
  const leavesSchool = ({ uai }: Place) => !wanted.some((each) => each.uai === uai);
  const byLevel = [...wanted].sort((a, b) => Number(a.level === '') - Number(b.level === ''));
  const once = byLevel.filter((place, at) => byLevel.findIndex((o) => isSame(o, place)) === at);
  return {
    placesToJoin: once
      .filter((place) => !told.some((each) => isSame(each, place)))
      .sort((a, b) => Number(isSame(b, home)) - Number(isSame(a, home))),
    placesKept: once.filter((place) => told.some((each) => isSame(each, place))),
    placesToLeave: told
      .filter((place) => !isWanted(place))
      .map((place) => ({ ...place, leavesSchool: leavesSchool(place) })),
    triedPlaces: tried.map((place) => ({
      ...{ ...place, isWanted: isWanted(place), leavesSchool: leavesSchool(place) },
    })),
  };
}
