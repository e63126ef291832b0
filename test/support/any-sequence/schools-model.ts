import type { Uai } from '#libs/identifiers';
import type { LocalDate } from '#libs/time';
import { type Figures, sumUntil } from '../builders/group-figures.js';
import { itemCode } from '../builders/membership-world.js';
import { allowed, type OneLine, withLine } from './figures-model.js';
import type { Terms } from './group.js';
import { type Link, linkOn, seatsHeld, type Situation } from './situation.js';

type Passing = {
  readonly from: string;
  readonly to: string;
  readonly uais: readonly Uai[];
  readonly day: LocalDate;
};
/** What is asked about schools, in figures that the models need. */
export type Asked =
  | {
      readonly kind: 'finance' | 'end financing';
      readonly membershipId: string;
      readonly uai: Uai;
      readonly day: LocalDate;
    }
  | ({ readonly kind: 'transfer' | 'propose' } & Passing)
  | {
      readonly kind: 'accept with an order' | 'accept without';
      readonly transferId: string;
      readonly line: Omit<OneLine, 'membershipId' | 'kind'> | undefined;
      readonly confirmed: number;
    }
  | {
      readonly kind: 'close proposal';
      readonly transferId: string;
      readonly byCoordinator: boolean;
    };

/** Links, figures and the state of transfers, as lines that can be compared. */
export type Told = readonly string[];

export function told({
  links,
  figures,
  transfers,
}: Pick<Situation, 'links' | 'figures' | 'transfers'>): Told {
  return [
    ...links.map((l) => `${l.uai} ${l.startsOn} ${l.endsOn} ${l.membershipId}`),
    ...figures.flatMap(({ membershipId, items }) =>
      [...items].flatMap(([item, { C, O }]) => [
        ...C.map(({ from, delta }) => `C ${membershipId} ${item} ${from} ${delta}`),
        ...O.map(({ from, delta }) => `O ${membershipId} ${item} ${from} ${delta}`),
      ]),
    ),
    ...transfers.map((t) =>
      [t.status, t.orderId ? 'ordered' : '', t.from, t.to, t.day, ...t.uais].join(' '),
    ),
  ].sort();
}

/** What SCH-1 and SCH-2 make of it; undefined: it must be refused. */
export function predicted(now: Situation, asked: Asked, terms: Terms): Told | undefined {
  switch (asked.kind) {
    case 'finance': {
      const links = financed(now, asked);
      return links && told({ ...now, links });
    }
    case 'end financing': {
      const link = linkOn(now.links, asked.uai, asked.day);
      if (asked.day <= now.today || link?.membershipId !== asked.membershipId) return undefined;
      return told({ ...now, links: replaced(now.links, link, { ...link, endsOn: asked.day }) });
    }
    case 'transfer':
    case 'propose': {
      const passing = passed(now, asked);
      if (!passing) return undefined;
      const seats = missing(now, asked, now.figures);
      const added = { ...asked, transferId: '', orderId: null };
      if (seats > 0) {
        if (asked.kind === 'transfer') return undefined;
        return told({ ...now, transfers: [...now.transfers, { ...added, status: 'PROPOSED' }] });
      }
      if (!passing.isFree) return undefined;
      const transfers = [...now.transfers, { ...added, status: 'CARRIED_OUT' }];
      return told({ ...now, links: passing.links, transfers });
    }
    case 'close proposal': {
      const status = asked.byCoordinator ? 'CANCELLED' : 'DECLINED';
      return decided(now, asked.transferId, { status, orderId: null });
    }
    default:
      return accepted(now, asked, terms);
  }
}

function accepted(
  now: Situation,
  asked: Extract<Asked, { transferId: string; confirmed: number }>,
  terms: Terms,
): Told | undefined {
  const { transferId, line, confirmed } = asked;
  const proposal = now.transfers.find((transfer) => transfer.transferId === transferId);
  const passing = proposal?.status === 'PROPOSED' ? passed(now, proposal) : undefined;
  if (!proposal || !passing?.isFree) return undefined;
  let { figures } = now;
  if (line) {
    const order: OneLine = { ...line, membershipId: proposal.to, kind: 'ORDINARY' };
    if (line.delta < 0 || !allowed(figures, terms, order, now.today)) return undefined;
    figures = figures.map((one) => (one.membershipId === proposal.to ? withLine(one, line) : one));
  }
  if (missing(now, proposal, figures) > (line ? confirmed : 0)) return undefined;
  const after = { ...now, links: passing.links, figures };
  return decided(after, transferId, { status: 'CARRIED_OUT', orderId: line ? 'some' : null });
}

function decided(
  now: Situation,
  transferId: string,
  how: { readonly status: string; readonly orderId: string | null },
): Told | undefined {
  const proposal = now.transfers.find((transfer) => transfer.transferId === transferId);
  if (proposal?.status !== 'PROPOSED') return undefined;
  return told({ ...now, transfers: replaced(now.transfers, proposal, { ...proposal, ...how }) });
}

function financed(
  { links, figures }: Situation,
  { membershipId, uai, day }: Extract<Asked, { uai: Uai }>,
): readonly Link[] | undefined {
  const known = linkOn(links, uai, day);
  if (known?.membershipId === membershipId && known.startsOn === day) return links;
  const link = linkFrom(figures, membershipId, uai, day);
  return link && isFree(links, link) ? [...links, link] : undefined;
}

/** Undefined where the giver has not all of the schools or the receiver cannot have them that day. */
function passed(
  { today, links, figures }: Situation,
  { from, to, uais, day }: Passing,
): { readonly links: readonly Link[]; readonly isFree: boolean } | undefined {
  if (from === to || day < today || new Set(uais).size < uais.length) return undefined;
  let after = links;
  let free = true;
  for (const uai of uais) {
    const old = linkOn(links, uai, day);
    const next = linkFrom(figures, to, uai, day);
    if (old?.membershipId !== from || !next) return undefined;
    const without = replaced(after, old, { ...old, endsOn: day });
    free &&= isFree(without, next);
    after = [...without, next];
  }
  return { links: after, isFree: free };
}

/** Seats that who passes would not find, on the worst day from the transfer on (SCH-2). */
function missing(now: Situation, { from, to, uais, day }: Passing, ordered: readonly Figures[]) {
  const seats = seatsHeld(now);
  const moving = sumOf(uais.map((uai) => seats.get(from)?.get(uai) ?? 0));
  const planned = now.transfers.filter(
    (other) => other.to === to && other.status === 'CARRIED_OUT' && other.day > now.today,
  );
  const arriving = new Map(
    planned.flatMap((other) =>
      other.uais
        .filter((uai) => linkOn(now.links, uai, other.day)?.membershipId === to)
        .filter((uai) => linkOn(now.links, uai, other.day)?.startsOn === other.day)
        .map((uai) => [`${other.from} ${uai}`, seats.get(other.from)?.get(uai) ?? 0] as const),
    ),
  );
  const held = sumOf([...(seats.get(to)?.values() ?? [])]) + sumOf([...arriving.values()]);
  const { endsOn, items } = ordered.find(({ membershipId }) => membershipId === to)!;
  const lines = items.get(itemCode)?.O ?? [];
  const days = [day, ...lines.map((line) => line.from)].filter((d) => d >= day && d < endsOn!);
  const least = Math.min(...days.map((d) => sumUntil(lines, d)));
  return Math.min(moving, Math.max(0, held + moving - least));
}

function linkFrom(
  figures: readonly Figures[],
  membershipId: string,
  uai: Uai,
  day: LocalDate,
): Link | undefined {
  const one = figures.find((candidate) => candidate.membershipId === membershipId);
  if (one?.status !== 'ACTIVE' || !one.startsOn || !one.endsOn) return undefined;
  if (day < one.startsOn || day >= one.endsOn) return undefined;
  return { membershipId, uai, startsOn: day, endsOn: one.endsOn };
}

function isFree(links: readonly Link[], { uai, startsOn, endsOn }: Link): boolean {
  return !links.some(
    (other) =>
      other.uai === uai &&
      other.startsOn < other.endsOn &&
      other.startsOn < endsOn &&
      startsOn < other.endsOn,
  );
}

const replaced = <T>(all: readonly T[], old: T, next: T) =>
  all.map((each) => (each === old ? next : each));
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, next) => sum + next, 0);
