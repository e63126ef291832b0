import { formatCount } from '#libs/money';
import { frenchDate, type LocalDate, quantityOn, stepsSince, type Timeline } from '#libs/time';

/** What the group has ordered of an item from a day on, against its maximum (ORD-6). */
export type Ceiling = {
  readonly orderedToday: number;
  /** The most ordered on any day from today on, and the first such day. */
  readonly peak: number;
  readonly peakOn: LocalDate;
  /** In tenths of a percent, rounded down; 0 where there is no maximum. */
  readonly usedPerMille: number;
  /** The highest share reached, of those warned of; 0: none. */
  readonly warningPercent: number;
  /** French; empty where nothing is to be said. */
  readonly warning: string;
  readonly steps: Timeline;
};

/** `steps` over all time, oldest first; `warnedFrom` in percent, the highest first. */
export function ceilingOf(
  item: { readonly label: string; readonly groupMaximum: number; readonly steps: Timeline },
  today: LocalDate,
  warnedFrom: readonly number[],
): Ceiling {
  const { label, groupMaximum } = item;
  const steps = stepsSince(item.steps, today);
  const orderedToday = quantityOn(item.steps, today);
  const most = steps.reduce((peak, step) => (step.quantity > peak.quantity ? step : peak));
  const reached =
    groupMaximum === 0
      ? undefined
      : warnedFrom.find((percent) => most.quantity * 100 >= groupMaximum * percent);
  return {
    orderedToday,
    peak: most.quantity,
    peakOn: most.from,
    usedPerMille: groupMaximum === 0 ? 0 : Math.floor((most.quantity * 1000) / groupMaximum),
    warningPercent: reached ?? 0,
    warning:
      reached === undefined
        ? ''
        : `Au ${frenchDate(most.from)}, ${formatCount(most.quantity)} comptes commandés (« ${label} ») sur un maximum de ` +
          `${formatCount(groupMaximum)} : ${reached} % sont atteints, il en reste ${formatCount(groupMaximum - most.quantity)}.`,
    steps,
  };
}
