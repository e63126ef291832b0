import {
  SeatLossForeseenSchema,
  SeatsAllottedSchema,
  SeatsToleratedSchema,
  StructureChangedSchema,
  StructureErasedSchema,
  topics,
} from '#libs/contracts';
import type { Consumption, StateTable } from '#libs/messaging';

/**
 * Schools, to know where they stand (SCH-1), and seats, to draft an order for who waits (PRV-2). No fact
 * can move this service's day: it owns the calendar, so nobody's date is later than its own.
 */
export const consumes: Consumption = {
  [topics.structure.name]: { handles: [StructureChangedSchema, StructureErasedSchema] },
  [topics.seat.name]: {
    handles: [SeatsAllottedSchema],
    passesOver: [SeatsToleratedSchema, SeatLossForeseenSchema],
    // Whatever was drafted for an earlier figure is changed or cancelled by the next.
    restates: true,
  },
};

/** Copies of states, which are compared with their owner's. */
export const states: readonly StateTable[] = [
  { topic: topics.structure.name, table: 'school', key: 'uai' },
];
