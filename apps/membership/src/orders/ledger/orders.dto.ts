import { z } from 'zod';
import type { OrderLine as OrderLineMessage } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { type LocalDate, localDate, maxDate, quantityOn, type Timeline } from '#libs/time';
import type { OrderLine } from '../domain/order.js';
import { marginSteps } from '../domain/order-ledger.js';
import type { Quantities } from './view-ledger.js';
import type { OrderPreview } from './preview-order.js';

export class IdempotencyKeyInvalid extends defineProblem('IDEMPOTENCY_KEY_INVALID', 'invalid') {}

const key = z.string().trim().min(1).max(200);

/** An order commits money: without a key a repeated click would order twice. Throws IdempotencyKeyInvalid. */
export function requiredKey(text: string): string {
  const parsed = key.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new IdempotencyKeyInvalid(
    'Une commande porte une clé d’idempotence de 1 à 200 caractères, pour ne jamais être passée deux fois.',
  );
}

/** Throws DateInvalid. */
export function fromLines(lines: readonly OrderLineMessage[]): OrderLine[] {
  return lines.map(({ itemCode, effectiveFrom, delta }) => ({
    itemCode,
    effectiveFrom: localDate(effectiveFrom),
    delta,
  }));
}

/** Of an order and of a correction alike. */
export function toPreviewResponse({ refusals, warnings, after, seatsLost, on }: OrderPreview) {
  return {
    refusals: refusals.map(({ code, message, shortfall, excess }) => ({
      code,
      message,
      itemCode: (shortfall ?? excess)?.itemCode ?? '',
      firstDay: (shortfall ?? excess)?.firstDay ?? '',
      wouldBe: (shortfall ?? excess)?.wouldBe ?? 0,
      commitment: shortfall?.commitment ?? 0,
      shortfall: shortfall?.shortfall ?? 0,
      maximum: excess?.maximum ?? 0,
      excess: excess?.excess ?? 0,
    })),
    warnings,
    after: after.map((item) => toTimeline(item, on)),
    seatsLost,
  };
}

export function toQuantitiesResponse({ on, items, ...bounds }: Quantities) {
  return {
    on,
    today: items.map((item) => ({
      itemCode: item.itemCode,
      label: item.label,
      commitment: item.commitmentToday,
      ordered: item.orderedToday,
      smallestMargin: item.smallestMargin,
    })),
    timelines: items.map((item) => toTimeline(item, on)),
    ...bounds,
  };
}

function toTimeline(
  item: { itemCode: string; commitment: Timeline; timeline: Timeline },
  on: LocalDate,
) {
  // Before the membership begins, C is what it will be.
  const first = item.commitment[0]?.from ?? on;
  return {
    itemCode: item.itemCode,
    commitment: quantityOn(item.commitment, maxDate(first, on)),
    committed: item.commitment,
    ordered: item.timeline,
    margin: marginSteps(item.timeline, item.commitment),
  };
}
