import {
  localDate,
  type LocalDate,
  maxDate,
  quantityOn,
  stepDaysFrom,
  type Timeline,
  timelineOf,
} from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import type { LedgerViolation } from './ledger-violation.js';
import type { Ledger } from './order-ledger.js';
import type { OrderLine } from './order.js';

/** A line of a verified annex 2, as it was transcribed. */
export type AnnexLine = ItemQuantity & { readonly line: number };

/** A succession that was carried out: in full all that its predecessor has, in part the lines named of its annex 2. */
export type CarriedOut = {
  readonly kind: 'FULL' | 'PARTIAL';
  readonly effectiveOn: LocalDate;
  readonly predecessorMembershipId: string;
  readonly successorMembershipId: string;
  readonly lines: readonly number[];
};

/** What C of the members of a market rests on (COM-3, ADH-5). */
export type CommitmentGround = {
  readonly annexes: ReadonlyMap<string, readonly AnnexLine[]>;
  readonly successions: readonly CarriedOut[];
};

/** What of C was signed in the annex 2 of one membership, per item. */
export type CommitmentPart = {
  /** Whose annex 2 it is. */
  readonly membershipId: string;
  readonly items: readonly { readonly itemCode: string; readonly timeline: Timeline }[];
};

const always = localDate('1900-01-01');

/** With the membership whose annex 2 the quantity was signed in. */
type SignedChange = OrderLine & { readonly signedIn: string };

/** How C of a member came to be, by its own annex 2 and what successions gave and took. */
function changesOf(
  ground: CommitmentGround,
  membershipId: string,
  heirs: readonly string[] = [],
): SignedChange[] {
  // Only where somebody changed the database does a member succeed its own heir.
  if (heirs.includes(membershipId)) return [];
  const { annexes, successions } = ground;
  const linesOf = (id: string, from: LocalDate, sign: 1 | -1, isMoved: (line: number) => boolean) =>
    (annexes.get(id) ?? [])
      .filter(({ line }) => isMoved(line))
      .map(({ itemCode, quantity }) => ({
        ...{ itemCode, effectiveFrom: from, delta: sign * quantity },
        signedIn: id,
      }));
  return [
    ...linesOf(membershipId, always, 1, () => true),
    ...successions.flatMap((succession) => {
      const { kind, effectiveOn, predecessorMembershipId: giver, lines } = succession;
      const receives = succession.successorMembershipId === membershipId;
      if (kind === 'PARTIAL' && (receives || giver === membershipId)) {
        return linesOf(giver, effectiveOn, receives ? 1 : -1, (line) => lines.includes(line));
      }
      if (kind === 'PARTIAL' || !receives) return [];
      return changesOf(ground, giver, [...heirs, membershipId]).map((change) => ({
        ...change,
        effectiveFrom: maxDate(change.effectiveFrom, effectiveOn),
      }));
    }),
  ];
}

/** C of an item as its ground gives it. */
export function groundedCommitment(ground: CommitmentGround, membershipId: string) {
  const changes = changesOf(ground, membershipId);
  return (itemCode: string): Timeline =>
    timelineOf(changes.filter((change) => change.itemCode === itemCode));
}

/** C by the annex 2 that each part was signed in; days before `since` count as that day. */
export function commitmentParts(
  ground: CommitmentGround,
  membershipId: string,
  since: LocalDate,
): CommitmentPart[] {
  const changes = changesOf(ground, membershipId).map((change) => ({
    ...change,
    effectiveFrom: maxDate(change.effectiveFrom, since),
  }));
  return [...new Set(changes.map(({ signedIn }) => signedIn))].map((signer) => {
    const own = changes.filter(({ signedIn }) => signedIn === signer);
    const items = [...new Set(own.map(({ itemCode }) => itemCode))].map((itemCode) => ({
      itemCode,
      timeline: timelineOf(own.filter((change) => change.itemCode === itemCode)),
    }));
    return { membershipId: signer, items };
  });
}

/** Per item the first day on which the C that is told is not the one that its ground gives. */
export function groundViolations(
  { membershipId, items, startsOn, endsOn }: Ledger & { readonly membershipId: string },
  groundOf: (itemCode: string) => Timeline,
): LedgerViolation[] {
  if (!startsOn || !endsOn) return [];
  return items.flatMap(({ itemCode, commitment }): LedgerViolation[] => {
    const grounded = groundOf(itemCode);
    const day = stepDaysFrom(startsOn, commitment, grounded).find(
      (from) => from < endsOn && quantityOn(commitment, from) !== quantityOn(grounded, from),
    );
    if (day === undefined) return [];
    const [told, rests] = [quantityOn(commitment, day), quantityOn(grounded, day)];
    return [{ code: 'COMMITMENT_DIFFERS', membershipId, itemCode, day, told, grounded: rests }];
  });
}
