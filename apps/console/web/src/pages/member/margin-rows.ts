import { quantityOn, stepDays } from '#libs/time';
import { stepsWithin, type Span, type Step } from '../../parts/plot-scale.js';
import { period } from '../../words.js';

/** Ordered, committed and margin, one row for each stretch of days on which nothing changes. */
export function marginRows(
  { ordered, committed }: { ordered: readonly Step[]; committed: readonly Step[] },
  span: Span,
) {
  const of = { ordered: stepsWithin(ordered, span), committed: stepsWithin(committed, span) };
  const days = stepDays(of.ordered, of.committed);
  return days.map((from, at) => {
    const quantities = {
      ordered: quantityOn(of.ordered, from),
      committed: quantityOn(of.committed, from),
    };
    return {
      period: period({ startsOn: from, endsOn: days[at + 1] ?? span.endsOn }),
      ...quantities,
      margin: quantities.ordered - quantities.committed,
    };
  });
}
