import type { LocalDate } from '#libs/time';
import type { SchoolLink } from './domain/financing.js';
import type { LinkState, SchoolLinkView } from './schools-financed.pg.js';

export function stateOn({ startsOn, endsOn }: SchoolLink, day: LocalDate): LinkState {
  if (startsOn === endsOn) return 'NONE';
  if (endsOn <= day) return 'PAST';
  return startsOn <= day ? 'CURRENT' : 'FUTURE';
}

/** `recordedOn` empty: not read again. */
export function toFinancedSchool(
  link: Omit<SchoolLinkView, 'recordedOn'> & { readonly recordedOn: LocalDate | '' },
  today: LocalDate,
) {
  const { startsOn, endsOn, ...shown } = link;
  return { ...shown, period: { startsOn, endsOn }, state: stateOn(link, today) };
}
