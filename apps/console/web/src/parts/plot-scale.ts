import { dayNumberOf, localDate, stepsSince, type Step as StepFrom } from '#libs/time';

/** Days as they came, in text. */
export type Step = StepFrom<string>;
export type Span = { readonly startsOn: string; readonly endsOn: string };

const dayNumber = (date: string) => dayNumberOf(localDate(date));

/** Places days of a span from 0 to 1. */
export function placeIn({ startsOn, endsOn }: Span) {
  const first = dayNumber(startsOn);
  const length = Math.max(1, dayNumber(endsOn) - first);
  return (date: string) => Math.min(1, Math.max(0, (dayNumber(date) - first) / length));
}

/** The steps inside a span: what is in force on its first day comes first. */
export function stepsWithin(steps: readonly Step[], { startsOn, endsOn }: Span): Step[] {
  return stepsSince(steps, startsOn).filter(({ from }) => from === startsOn || from < endsOn);
}

/** Round values from 0 to the highest or just above it, five at most between. */
export function ticksUpTo(highest: number): number[] {
  const rough = Math.max(1, highest) / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10;
  const step = Math.max(1, nice * magnitude);
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_none, i) => i * step);
}

/** First days of the civil years inside a span. */
export function yearsOf({ startsOn, endsOn }: Span): string[] {
  const first = Number(startsOn.slice(0, 4)) + 1;
  const last = Number(endsOn.slice(0, 4));
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_none, i) => `${first + i}-01-01`,
  ).filter((day) => day < endsOn);
}
