import { stepsWithin, type Span, type Step } from '../../parts/plot-scale.js';
import { period } from '../../words.js';

/** Ordered, committed and margin, one row for each stretch of days on which nothing changes. */
export function marginRows(
  { ordered, committed }: { ordered: readonly Step[]; committed: readonly Step[] },
  span: Span,
) {
  const of = { ordered: stepsWithin(ordered, span), committed: stepsWithin(committed, span) };
  const days = [...new Set([...of.ordered, ...of.committed].map(({ from }) => from))].sort();
  return days.map((from, at) => {
    const on = (steps: readonly Step[]) =>
      steps.findLast((step) => step.from <= from)?.quantity ?? 0;
    const quantities = { ordered: on(of.ordered), committed: on(of.committed) };
    return {
      period: period({ startsOn: from, endsOn: days[at + 1] ?? span.endsOn }),
      ...quantities,
      margin: quantities.ordered - quantities.committed,
    };
  });
}
