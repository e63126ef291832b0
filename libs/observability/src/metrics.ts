import { Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The process's registry, served on the private port under /metrics. */
export const registry = new Registry();

/** Adds memory, CPU and event-loop figures of the process; called once in main. */
export function collectProcessMetrics(service: string): void {
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
}
