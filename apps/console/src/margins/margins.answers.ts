import { z } from 'zod';
import { count, day, nextCursor, text, type AnswerOf } from '../answers.js';
import type { MarginsController } from './margins.controller.js';

export const margins = z.object({
  on: day,
  margins: z.array(
    z.object({
      membershipId: text,
      organisationName: text,
      itemCode: text.meta({
        description: '`*`: all items together, where the commitment binds them so',
      }),
      label: text,
      on: day.meta({ description: 'From today on, the day on which least is left' }),
      ordered: count,
      bound: count.meta({ description: 'The commitment of that day, or the member’s maximum' }),
      margin: count,
    }),
  ),
  nextCursor,
}) satisfies AnswerOf<MarginsController['list']>;

export const ceilings = z.object({
  on: day,
  ceilings: z.array(
    z.object({
      itemCode: text,
      label: text,
      groupMaximum: count.meta({ description: '0: none' }),
      memberMaximum: count.meta({ description: 'Of each member alone; 0: none' }),
      orderedToday: count,
      peak: count.meta({ description: 'The most ordered on any day from today on' }),
      peakOn: day,
      usedPerMille: count.meta({ description: 'Of the maximum, at the peak, rounded down' }),
      warningPercent: count.meta({ description: '80 or 90 once reached, else 0 (ORD-6)' }),
      warning: text,
      steps: z.array(z.object({ from: day, ordered: count })),
    }),
  ),
}) satisfies AnswerOf<MarginsController['ceilings']>;

export const usageAboveOrders = z.object({
  until: day.meta({ description: 'First day not looked at: the date of billing' }),
  total: count.meta({ description: 'Of which the gravest 200 are told' }),
  alarms: z.array(
    z.object({
      membershipId: text,
      organisationName: text,
      itemCode: text,
      label: text,
      from: day,
      until: day.meta({ description: 'First day after' }),
      accountDays: count.meta({ description: 'Beyond what was ordered, over these days' }),
      worstOn: day.meta({ description: 'The day on which most were too many' }),
      openAccounts: count.meta({ description: 'On that day' }),
      ordered: count.meta({ description: 'On that day' }),
    }),
  ),
}) satisfies AnswerOf<MarginsController['usageAboveOrders']>;
