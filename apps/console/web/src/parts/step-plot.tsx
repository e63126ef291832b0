import { useEffect, useId, useRef, useState } from 'react';
import { count, date } from '../words.js';
import { placeIn, stepsWithin, ticksUpTo, yearsOf, type Span, type Step } from './plot-scale.js';

export type Series = {
  readonly label: string;
  readonly steps: readonly Step[];
  /** How its line is drawn; the legend shows the same. */
  readonly look: 'ordered' | 'commitment' | 'before' | 'maximum';
};

type PlotProps = {
  readonly title: string;
  readonly span: Span;
  readonly today: string;
  readonly series: readonly Series[];
  /** The area between the two first lines: what is ordered above the commitment. */
  readonly area?: string;
};

const height = 260;
const edge = { top: 12, right: 12, bottom: 28, left: 52 };

/** Quantities over time as steps. A picture for the eye: the same figures stand beside it in a table. */
export function StepPlot({ title, span, today, series, area }: PlotProps) {
  const id = useId();
  const { ref, width } = useWidth();
  const place = placeIn(span);
  const drawn = series.map((one) => ({ ...one, steps: stepsWithin(one.steps, span) }));
  const highest = Math.max(...drawn.flatMap(({ steps }) => steps.map(({ quantity }) => quantity)));
  const ticks = ticksUpTo(highest * 1.05);
  const top = ticks.at(-1) || 1;
  const inner = width - edge.left - edge.right;
  const x = (day: string) => edge.left + place(day) * inner;
  const y = (quantity: number) =>
    height - edge.bottom - (quantity / top) * (height - edge.top - edge.bottom);
  const years = yearsOf(span);
  const points = (steps: readonly Step[]): [number, number][] =>
    steps.flatMap(({ from, quantity }, at) => [
      [x(from), y(quantity)],
      [x(steps[at + 1]?.from ?? span.endsOn), y(quantity)],
    ]);
  const path = (all: readonly [number, number][]) =>
    all
      .map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${Math.round(px)} ${Math.round(py)}`)
      .join(' ');
  const [upper, lower] = drawn;
  return (
    <figure className="plot fr-mb-2w" ref={ref}>
      <figcaption className="fr-text--bold fr-mb-1w" id={id}>
        {title}
      </figcaption>
      <svg width={width} height={height} role="img" aria-labelledby={id}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line
              className="plot__grid"
              x1={edge.left}
              x2={width - edge.right}
              y1={y(tick)}
              y2={y(tick)}
            />
            <text x={edge.left - 8} y={y(tick) + 4} textAnchor="end">
              {count(tick)}
            </text>
          </g>
        ))}
        {years.map((day) => (
          <g key={day}>
            <line
              className="plot__year"
              x1={x(day)}
              x2={x(day)}
              y1={edge.top}
              y2={height - edge.bottom}
            />
            <text x={x(day)} y={height - 8} textAnchor="middle">
              {inner / years.length < 60 ? day.slice(0, 4) : `janv. ${day.slice(0, 4)}`}
            </text>
          </g>
        ))}
        {area && upper && lower && (
          <path
            className="plot__area"
            d={`${path([...points(upper.steps), ...points(lower.steps).reverse()])} Z`}
          />
        )}
        {drawn.map(({ label, steps, look }) => (
          <path key={label} className={`plot__line plot__line--${look}`} d={path(points(steps))} />
        ))}
        {today >= span.startsOn && today < span.endsOn && (
          <line
            className="plot__today"
            x1={x(today)}
            x2={x(today)}
            y1={edge.top}
            y2={height - edge.bottom}
          />
        )}
      </svg>
      <ul className="plot__legend fr-text--sm">
        {drawn.map(({ label, look }) => (
          <li key={label}>
            <svg width="28" height="12" aria-hidden="true">
              <line className={`plot__line plot__line--${look}`} x1="0" x2="28" y1="6" y2="6" />
            </svg>
            {label}
          </li>
        ))}
        {area && (
          <li>
            <svg width="28" height="12" aria-hidden="true">
              <rect className="plot__area" width="28" height="12" />
            </svg>
            {area}
          </li>
        )}
        {today >= span.startsOn && today < span.endsOn && (
          <li>
            <svg width="28" height="12" aria-hidden="true">
              <line className="plot__today" x1="14" x2="14" y1="0" y2="12" />
            </svg>
            Aujourd’hui, {date(today)}
          </li>
        )}
      </ul>
    </figure>
  );
}

/** The width there is: text in the picture keeps its size on a narrow screen. */
function useWidth() {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = () => setWidth(Math.max(260, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
