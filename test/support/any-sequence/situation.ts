import type { Uai } from '#libs/identifiers';
import type { LocalDate } from '#libs/time';
import { type Figures, figuresOf, on } from '../builders/group-figures.js';
import { itemCode } from '../builders/membership-world.js';
import { type Group, schools } from './group.js';

/** A membership pays for a school on `[startsOn, endsOn)`; on no day where the two are one. */
export type Link = {
  readonly membershipId: string;
  readonly uai: Uai;
  readonly startsOn: LocalDate;
  readonly endsOn: LocalDate;
};
export type Transfer = {
  readonly transferId: string;
  readonly from: string;
  readonly to: string;
  readonly uais: readonly Uai[];
  readonly day: LocalDate;
  readonly status: string;
  readonly orderId: string | null;
};
/** A succession carried out. */
export type Handover = {
  readonly successionId: string;
  readonly from: string;
  readonly to: string;
  readonly day: LocalDate;
};
/** All that the models judge by, from rows and nothing that the product computed from them. */
export type Situation = {
  readonly today: LocalDate;
  readonly figures: readonly Figures[];
  readonly links: readonly Link[];
  readonly transfers: readonly Transfer[];
  readonly handovers: readonly Handover[];
  /** Orders that members signed. */
  readonly orderIds: readonly string[];
};

export async function situationOf(group: Group): Promise<Situation> {
  const { database } = group.world;
  const [today, figures, links, transfers, handovers, orders] = await Promise.all([
    group.today(),
    figuresOf(group.world),
    database.query<Link>(
      `select membership_id as "membershipId", uai, starts_on as "startsOn", ends_on as "endsOn" from school_link`,
    ),
    database.query<Transfer>(
      `select id as "transferId", from_membership_id as "from", to_membership_id as "to", uais, effective_on as day,
              status, order_id as "orderId" from school_transfer order by proposed_on, id`,
    ),
    database.query<Handover>(
      `select id as "successionId", predecessor_membership_id as "from", successor_membership_id as "to",
              effective_on as day from succession where status = 'CARRIED_OUT'`,
    ),
    database.query<{ id: string }>(`select id from purchase_order where kind = 'ORDINARY'`),
  ]);
  return {
    today,
    figures,
    links: links.rows,
    transfers: transfers.rows,
    handovers: handovers.rows,
    orderIds: orders.rows.map(({ id }) => id),
  };
}

export function linkOn(links: readonly Link[], uai: string, day: LocalDate): Link | undefined {
  return links.find((link) => link.uai === uai && link.startsOn <= day && day < link.endsOn);
}

/** Seats held today, per membership and school: its schools' pupils, as far as its order goes (PRV-2). */
export function seatsHeld({ today, figures, links }: Situation): Map<string, Map<string, number>> {
  const seats = new Map<string, Map<string, number>>();
  const free = new Map(figures.map((one) => [one.membershipId, on(one, 'O', itemCode, today)]));
  for (const { uai, pupils } of schools) {
    const financer = linkOn(links, uai, today)?.membershipId;
    if (financer === undefined) continue;
    const held = Math.min(pupils, free.get(financer) ?? 0);
    free.set(financer, (free.get(financer) ?? 0) - held);
    seats.set(financer, (seats.get(financer) ?? new Map<string, number>()).set(uai, held));
  }
  return seats;
}

/** What provisioning would say from now on. */
export function stateSeats({ transfers, successions }: Group, now: Situation): void {
  transfers.seats.held.clear();
  for (const [membershipId, held] of seatsHeld(now)) {
    transfers.hold(membershipId, Object.fromEntries(held));
  }
  successions.seats.held.clear();
  for (const [membershipId, held] of transfers.seats.held) {
    successions.seats.held.set(membershipId, held);
  }
}
