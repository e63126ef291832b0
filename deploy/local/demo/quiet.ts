import { setTimeout as sleep } from 'node:timers/promises';
import type { GetStatusResponse } from '#libs/contracts';
import { formatCount } from '#libs/money';
import type { LocalDate } from '#libs/time';
import { WaitedTooLong } from './patience.js';
import { type ServiceName, type Services, serviceNames } from './services.js';
import type { Teller } from './teller.js';

export type Statuses = ReadonlyMap<ServiceName, GetStatusResponse>;

/** A short pause at first, since most days are quiet at once; longer ones the longer it takes. */
const pauseMs = { first: 40, most: 250, whenMuchRemains: 1_000 };
const muchRemains = 500;
/** Without any figure moving for this long, something is stuck. */
const standstillMs = 120_000;
/** A rate over less than this says nothing. */
const meaningfulAfterMs = 2_000;

/** What every service says about itself now. */
export async function lookAround(services: Services): Promise<Statuses> {
  const statuses = await Promise.all(
    serviceNames.map(
      async (name) => [name, await services.operations(name).getStatus({})] as const,
    ),
  );
  return new Map(statuses);
}

/**
 * Waits until every service stands at `day` and all is quiet: nothing to publish, nothing to read,
 * no work left, and two looks in a row alike (MKT-4). `day` undefined: whatever the day is.
 */
export async function waitUntilQuiet(
  services: Services,
  teller: Teller,
  day: LocalDate | undefined,
): Promise<Statuses> {
  let before = '';
  let seen = '';
  let movedAt = Date.now();
  let nextPauseMs = pauseMs.first;
  const rate = new Rate();
  for (;;) {
    const statuses = await lookAround(services);
    const unrest = unrestOf(statuses, day);
    const now = pictureOf(statuses);
    if (unrest.length === 0 && now === before) {
      teller.done();
      return statuses;
    }
    if (now !== seen) movedAt = Date.now();
    seen = now;
    before = unrest.length === 0 ? now : '';
    if (unrest.length > 0) {
      const remaining = remainingOf(statuses);
      teller.wait(`attend ${unrest.join(', ')}${rate.tell(remaining)}`);
      if (Date.now() - movedAt > standstillMs) {
        throw new WaitedTooLong(`Rien ne bouge depuis 2 minutes ; on attend ${unrest.join(', ')}.`);
      }
    }
    await sleep(unrest.length > 0 ? nextPauseMs : pauseMs.first);
    // Each look costs every service something that it needs for the work itself.
    const most = remainingOf(statuses) > muchRemains ? pauseMs.whenMuchRemains : pauseMs.most;
    nextPauseMs = Math.min(nextPauseMs * 1.3, most);
  }
}

/** French: what is not quiet yet, service by service. */
function unrestOf(statuses: Statuses, day: LocalDate | undefined): string[] {
  return [...statuses].flatMap(([name, status]) => {
    const reasons = [
      ...(day !== undefined && status.businessDate !== day
        ? [`au ${status.businessDate || 'départ'}`]
        : []),
      ...(status.outboxPending > 0n ? [`${formatCount(status.outboxPending)} à publier`] : []),
      ...(status.consumerLag > 0n ? [`${formatCount(status.consumerLag)} à lire`] : []),
      ...(status.workPending > 0n ? [`${formatCount(status.workPending)} à faire`] : []),
    ];
    return reasons.length === 0 ? [] : [`${name} (${reasons.join(', ')})`];
  });
}

function remainingOf(statuses: Statuses): number {
  return [...statuses.values()].reduce(
    (sum, { outboxPending, consumerLag, workPending }) =>
      sum + Number(outboxPending + consumerLag + workPending),
    0,
  );
}

/** Everything that would differ if anything had happened in between. */
function pictureOf(statuses: Statuses): string {
  return JSON.stringify([...statuses.values()], (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** How fast what remains has become less since it was most. */
class Rate {
  private most: { remaining: number; atMs: number } | undefined;

  tell(remaining: number): string {
    const atMs = Date.now();
    if (!this.most || remaining >= this.most.remaining) this.most = { remaining, atMs };
    const elapsedMs = atMs - this.most.atMs;
    if (elapsedMs < meaningfulAfterMs) return '';
    const perSecond = ((this.most.remaining - remaining) * 1_000) / elapsedMs;
    return perSecond >= 1 ? ` ; ${formatCount(Math.round(perSecond))}/s` : '';
  }
}
