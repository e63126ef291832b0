import { Injectable } from '@nestjs/common';
import { GetQuantitiesResponseSchema } from '#libs/contracts';
import { formatEuros } from '#libs/money';
import { ServiceUnavailable } from '#libs/rpc';
import { addDays, frenchDate, frenchPeriod, localDate } from '#libs/time';
import { Clients } from '../clients/clients.module.js';
import { tell } from '../tell.js';
import { MemberCopies, type MemberFacts } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { agreementNotices, agreementTold } from './domain/agreements.js';
import { noticesOf } from './domain/notices.js';
import { skippedNotices, skippedTold } from './domain/skipped.js';
import { FindLateFigures } from './find-late-figures.js';
import { toMembership } from './members.mapping.js';
import { OwnMembership } from './own-membership.js';

/** How long an amendment is told on the first page once it counts. */
const toldDays = 60;

type SeatsView = {
  itemCode: string;
  held: number;
  open: number | null;
  waiting: number;
  ordered: number;
};
type SchoolView = {
  uai: string;
  name: string;
  held: number;
  open: number;
  activated: number;
  waiting: number;
};

/** What a member committed to, ordered and uses, and what it should know. Counts only (SUP-3). */
@Injectable()
export class ShowDashboard {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
    private readonly copies: MemberCopies,
    private readonly lateFigures: FindLateFigures,
  ) {}

  async execute(visitor: Visitor, membershipId: string) {
    const membership = await this.own.membership(visitor, membershipId);
    const { membership: ledger, markets } = this.clients.of(visitor);
    const { marketCode } = membership;
    const [quantities, { amendments }, facts, late] = await Promise.all([
      ledger.getQuantities({ membershipId }),
      markets.listAmendments({ marketCode, limit: 10 }),
      this.copies.of(membershipId),
      this.lateFigures.of([membershipId]),
    ]);
    const { seats, schools, fresh } = await this.seats(visitor, membershipId, facts);
    const { today, ...told } = tell(GetQuantitiesResponseSchema, quantities);
    const agreements = facts.agreements.map(agreementTold);
    const skipped = facts.skipped.map(skippedTold);
    return {
      ...told,
      membership: toMembership(membership),
      items: today.map((item) => {
        const of = seats.find(({ itemCode }) => itemCode === item.itemCode);
        return {
          ...item,
          held: of?.held ?? null,
          open: of?.open ?? null,
          waiting: of?.waiting ?? 0,
        };
      }),
      schools,
      seatsFresh: fresh,
      notices: [
        ...noticesOf({
          late: late.get(membershipId),
          seats,
          losses: lossesOf(facts, quantities.on),
          drafts: facts.drafts.map(draftOf),
          amendments: amendments
            .filter(({ effectiveOn }) => addDays(localDate(effectiveOn), toldDays) > quantities.on)
            .map(({ number, effectiveOn }) => ({
              number,
              from: frenchDate(localDate(effectiveOn)),
            })),
        }),
        ...skippedNotices(skipped, quantities.on),
        ...agreementNotices(agreements, quantities.on),
      ],
      agreements,
      skipped,
    };
  }

  // Seats as provisioning holds them now; as last told where it is away.
  private async seats(visitor: Visitor, membershipId: string, facts: MemberFacts) {
    try {
      const answer = await this.clients.of(visitor).provisioning.getSeats({ membershipId });
      const seats: SeatsView[] = answer.seats.map((one) => ({
        itemCode: one.itemCode,
        held: one.held,
        open: one.open,
        waiting: one.waiting,
        ordered: one.ordered,
      }));
      const schools: SchoolView[] = answer.seats.flatMap((one) =>
        one.schools.map((school) => ({
          uai: school.uai,
          name: facts.schoolNames.get(school.uai) ?? school.uai,
          held: school.held,
          open: school.open,
          activated: school.activated,
          waiting: school.waiting,
        })),
      );
      schools.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
      return { fresh: true, seats, schools };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      const seats: SeatsView[] = facts.seats.map((one) => ({ ...one, open: null }));
      return { fresh: false, seats, schools: [] };
    }
  }
}

/** Those of days to come, one per item and day, the school with the most first (PRV-7). */
function lossesOf({ losses, schoolNames }: MemberFacts, today: string) {
  const coming = Map.groupBy(
    losses.filter(({ on }) => on > today),
    ({ itemCode, on }) => `${on} ${itemCode}`,
  );
  return [...coming.values()].flatMap((schools) =>
    schools.slice(0, 1).map(({ itemCode, on }) => ({
      itemCode,
      day: frenchDate(localDate(on)),
      schools: schools
        .map(({ uai, seats }) => ({ name: schoolNames.get(uai) ?? uai, seats }))
        .sort((a, b) => b.seats - a.seats || a.name.localeCompare(b.name, 'fr')),
    })),
  );
}

const draftOf = (draft: MemberFacts['drafts'][number]) => ({
  invoiceId: draft.invoiceId,
  period: frenchPeriod({ start: localDate(draft.startsOn), end: localDate(draft.endsOn) }),
  total: formatEuros(BigInt(draft.totalCents)),
  until: draft.contestableUntil ? frenchDate(addDays(localDate(draft.contestableUntil), -1)) : null,
  answer: draft.answer,
});
