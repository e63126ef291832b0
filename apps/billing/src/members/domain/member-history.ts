import type { LocalDate } from '#libs/time';
import type { RhythmFrom } from '#libs/trade';
import type {
  BuyerParty,
  ChorusProData,
  ItemCommitment,
  LedgerHead,
  LedgerLine,
  MemberCopy,
  SignedPart,
} from './member.js';

type Told = { readonly version: number };

/** All that the copy of a membership has kept, by the version that told it. */
export type MemberHistory = LedgerHead & {
  readonly organisationId: string;
  readonly marketCode: string;
  readonly announcedEnd: LocalDate | null;
  readonly buyer: BuyerParty;
  readonly signed: readonly SignedPart[];
  /** Ascending by version; those of one version are C whole. */
  readonly commitment: readonly (ItemCommitment & Told)[];
  /** Ascending by version. */
  readonly bounds: readonly (Told & { readonly start: LocalDate; readonly end: LocalDate })[];
  /** Ascending by day, then version. */
  readonly chorusPro: readonly (ChorusProData & Told & { readonly from: LocalDate })[];
  /** Ascending by day, then version. */
  readonly rhythms: readonly (RhythmFrom & Told)[];
  /** Ascending by position. */
  readonly ledger: readonly LedgerLine[];
};

/** How far an invoice had seen. */
export type SeenUpTo = { readonly membershipVersion: number; readonly ledgerPosition: number };

const everything: SeenUpTo = {
  membershipVersion: Number.MAX_SAFE_INTEGER,
  ledgerPosition: Number.MAX_SAFE_INTEGER,
};

/** The membership as it was known at a version (default: now): the ledger up to a position, C and bounds as then stated. */
export function memberAsOf(history: MemberHistory, seen: SeenUpTo = everything): MemberCopy {
  const { commitment, bounds, chorusPro, rhythms, ledger, ...member } = history;
  const isKnown = ({ version }: Told) => version <= seen.membershipVersion;
  const stated = commitment.findLast(isKnown)?.version;
  const known = bounds.findLast(isKnown);
  return {
    ...member,
    // A membership that ended before it began has no day at all.
    period: known && known.start < known.end ? { start: known.start, end: known.end } : null,
    chorusPro: chorusPro.filter(isKnown).map(({ version: _version, ...data }) => data),
    rhythms: rhythms.filter(isKnown).map(({ version: _version, ...chosen }) => chosen),
    commitment: commitment
      .filter(({ version }) => version === stated)
      .map(({ version: _version, ...step }) => step),
    ledger: ledger.filter(({ ledgerPosition }) => ledgerPosition <= seen.ledgerPosition),
  };
}
