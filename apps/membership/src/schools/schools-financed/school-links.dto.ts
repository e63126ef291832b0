import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FinancedSchoolSchema } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { SchoolLink } from './domain/financing.js';
import { type LinkState, linkStates, type SchoolLinkView } from './schools-financed.pg.js';

export class LinkStateUnknown extends defineProblem('LINK_STATE_UNKNOWN', 'invalid') {}

/** Throws LinkStateUnknown; undefined where nothing is asked. */
export function parseLinkState(text: string): LinkState | undefined {
  if (text === '') return undefined;
  const state = linkStates.find((candidate) => candidate === text);
  if (state !== undefined) return state;
  throw new LinkStateUnknown('Demandez les rattachements passés, en cours ou à venir.', {
    states: [...linkStates],
  });
}

export function stateOn({ startsOn, endsOn }: SchoolLink, day: LocalDate): LinkState {
  if (startsOn === endsOn) return 'NONE';
  if (endsOn <= day) return 'PAST';
  return startsOn <= day ? 'CURRENT' : 'FUTURE';
}

/** `recordedOn` empty: not read again. */
export function toFinancedSchool(
  link: Omit<SchoolLinkView, 'recordedOn'> & { readonly recordedOn: LocalDate | '' },
  today: LocalDate,
): MessageInitShape<typeof FinancedSchoolSchema> {
  const { startsOn, endsOn, ...shown } = link;
  return { ...shown, period: { startsOn, endsOn }, state: stateOn(link, today) };
}
