import { serviceNames, type ServiceName } from '#libs/contracts';
import type { Step } from './steps.js';

type TellAgain = Extract<Step, { readonly do: 'tell-again' }>;
export type Unit =
  | { readonly topics: readonly string[] }
  /** One transaction of its database, with its entry in the journal. */
  | { readonly service: ServiceName; readonly steps: readonly Step[] }
  /** It may be broken off and begun again by itself. */
  | { readonly tellsAgain: TellAgain };

/** What is changed at once, in order. Killed between two of them, or within one, a new plan holds what is left. */
export function unitsOf(steps: readonly Step[]): Unit[] {
  const topics = steps.flatMap((step) => (step.do === 'make-topics' ? step.topics : []));
  return [
    ...(topics.length > 0 ? [{ topics }] : []),
    ...serviceNames.flatMap((service) => {
      const own = steps.filter((step) => databaseOf(step) === service);
      return own.length > 0 ? [{ service, steps: own }] : [];
    }),
    ...steps.flatMap((step) => (step.do === 'tell-again' ? [{ tellsAgain: step }] : [])),
  ];
}

const databaseOf = (step: Step): ServiceName | undefined =>
  'consumer' in step
    ? step.consumer
    : step.do === 'raise' || step.do === 'keep-lost-days'
      ? step.owner
      : undefined;
