import { DomainError } from '#libs/problems';
import { frenchDate, type LocalDate, quantityOn, type Timeline, withChanges } from '#libs/time';
import type { LedgerItem } from './order-ledger.js';
import type { OrderLine } from './order.js';

/** An item of which more would be ordered than the market allows (ORD-6). */
export type Excess = {
  readonly itemCode: string;
  readonly label: string;
  /** The maximum of the whole group, or of each member. */
  readonly of: 'GROUP' | 'MEMBER';
  /** First day on which it would be so. */
  readonly firstDay: LocalDate;
  readonly wouldBe: number;
  readonly maximum: number;
  readonly excess: number;
};

/** ORD-6: code de la commande publique, art. R. 2162-4. One entry per item and maximum, with its first day. */
export class AboveMaximum extends DomainError {
  readonly code = 'ABOVE_MAXIMUM';
  readonly kind = 'conflict';

  constructor(readonly excesses: readonly Excess[]) {
    super(
      `${excesses.map(sentenceOf).join(' ')} Le maximum d’un accord-cadre (code de la commande publique, ` +
        'art. R. 2162-4) ne se dépasse pas : réduisez l’augmentation, ou adressez-vous au coordonnateur.',
      { excesses: excesses.map((excess) => ({ ...excess })) },
    );
  }
}

/** The share of the maximum, in percent, from which whoever orders is warned; the highest first. */
export const warnedFrom = [90, 80] as const;

type Bound = {
  readonly item: LedgerItem;
  readonly of: Excess['of'];
  readonly maximum: number;
  /** What counts for the maximum once the order does. */
  readonly after: Timeline;
};

/**
 * Whether an increase may come so near the group's maximum that it must be counted: what is left at least
 * is known without counting, so that most orders need not.
 */
export function mustBeCounted(item: LedgerItem, lines: readonly OrderLine[]): boolean {
  const { groupMaximum = 0, groupCredit } = item;
  if (groupMaximum === 0) return false;
  const rise = riseOf(changesOf(item, lines));
  if (rise === 0) return false;
  const usedAtMost = groupMaximum - (groupCredit ?? 0) + rise;
  return usedAtMost * 100 >= groupMaximum * Math.min(...warnedFrom);
}

/**
 * Judges what an order adds, and says how near the maximum it comes; an order that only lowers is never
 * refused and warns of nothing. `items` as before the order; `groupOrdered` the sum over the group without it,
 * for the items that must be counted. Throws AboveMaximum.
 */
export function judgeMaximum(
  items: readonly LedgerItem[],
  lines: readonly OrderLine[],
  groupOrdered: ReadonlyMap<string, Timeline>,
): string[] {
  const bounds = items.flatMap((item): Bound[] => {
    const changes = changesOf(item, lines);
    const { itemCode, timeline, memberMaximum = 0, groupMaximum = 0 } = item;
    const group = groupOrdered.get(itemCode);
    return [
      ...(memberMaximum > 0
        ? [
            {
              item,
              of: 'MEMBER' as const,
              maximum: memberMaximum,
              after: withChanges(timeline, changes),
            },
          ]
        : []),
      ...(group && groupMaximum > 0
        ? [
            {
              item,
              of: 'GROUP' as const,
              maximum: groupMaximum,
              after: withChanges(group, changes),
            },
          ]
        : []),
    ];
  });
  const excesses = bounds.flatMap((bound) => excessOf(bound, lines));
  if (excesses.length > 0) throw new AboveMaximum(excesses);
  return bounds.flatMap((bound) => warningOf(bound, lines));
}

function excessOf(bound: Bound, lines: readonly OrderLine[]): Excess[] {
  const { item, of, maximum } = bound;
  const first = raisedSteps(bound, lines).find(({ quantity }) => quantity > maximum);
  if (!first) return [];
  const { itemCode, label } = item;
  const excess = first.quantity - maximum;
  return [{ itemCode, label, of, firstDay: first.from, wouldBe: first.quantity, maximum, excess }];
}

function warningOf(bound: Bound, lines: readonly OrderLine[]): string[] {
  const { item, of, maximum } = bound;
  const most = raisedSteps(bound, lines).reduce((a, b) => (b.quantity > a.quantity ? b : a), {
    from: '' as LocalDate,
    quantity: 0,
  });
  const share = warnedFrom.find((percent) => most.quantity * 100 >= maximum * percent);
  if (share === undefined) return [];
  return [
    `Au ${frenchDate(most.from)}, ${whoseOf(of)} aura commandé ${most.quantity} comptes (« ${item.label} ») sur un ` +
      `maximum de ${maximum} : ${share} % sont atteints, il en reste ${maximum - most.quantity}.`,
  ];
}

/** Steps on days on which the order adds: the others are as they were. */
function raisedSteps({ item, after }: Bound, lines: readonly OrderLine[]): Timeline {
  const added = withChanges([], changesOf(item, lines));
  return after.filter(({ from }) => quantityOn(added, from) > 0);
}

/** The most that an order adds on any day; 0 where it only lowers. */
function riseOf(changes: readonly OrderLine[]): number {
  return Math.max(0, ...withChanges([], changes).map(({ quantity }) => quantity));
}

function changesOf({ itemCode }: LedgerItem, lines: readonly OrderLine[]): readonly OrderLine[] {
  return lines.filter((line) => line.itemCode === itemCode);
}

function whoseOf(of: Excess['of']): string {
  return of === 'GROUP' ? 'le groupement' : 'le membre';
}

function sentenceOf({ label, of, firstDay, wouldBe, maximum, excess }: Excess): string {
  return (
    `Au ${frenchDate(firstDay)}, ${whoseOf(of)} aurait commandé ${wouldBe} comptes (« ${label} ») pour un ` +
    `maximum de ${maximum} : ${excess} de trop.`
  );
}
