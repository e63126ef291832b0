import { Injectable } from '@nestjs/common';
import { dayFrom } from '#libs/persistence';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import type {
  Invoice,
  MarketAgreement,
  SeatLoss,
  Seats,
  SkippedNotice,
} from '../generated/prisma/client.js';

/** What a member should be told. */
export type MemberFacts = {
  readonly seats: readonly SeatsFile[];
  /** Foreseen by provisioning, the earliest day first; days that have come included (PRV-7). */
  readonly losses: readonly SeatLossFile[];
  readonly drafts: readonly DraftInvoice[];
  /** Of its market, the newest first. */
  readonly agreements: readonly AgreementFile[];
  /** Passed over by two persons, in whichever service; the newest first. */
  readonly skipped: readonly SkippedFile[];
  /** Name of each school financed, now or before. */
  readonly schoolNames: ReadonlyMap<string, string>;
};
export type SeatsFile = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly on: string;
  readonly ordered: number;
  readonly held: number;
  readonly waiting: number;
};
export type Usage = { readonly held: number; readonly waiting: number };
export type SeatLossFile = {
  readonly itemCode: string;
  readonly on: string;
  readonly uai: string;
  readonly seats: number;
};
/** Prices or where to pay, as two persons agreed on them. */
export type AgreementFile = {
  readonly proposalId: string;
  readonly approvedOn: string;
  readonly documentId: string;
} & (
  | { readonly kind: 'PRICES'; readonly content: readonly AgreedPrice[] }
  | { readonly kind: 'SUPPLIER_ACCOUNT'; readonly content: AgreedAccount }
);
export type AgreedPrice = {
  readonly label: string;
  readonly effectiveFrom: string;
  readonly unitPriceTenThousandths: number;
};
export type AgreedAccount = { readonly iban: string; readonly effectiveFrom: string };
export type SkippedFile = {
  readonly service: string;
  readonly proposalId: string;
  /** Full name; empty where it said none. */
  readonly type: string;
  readonly toldOn: string | null;
  readonly decidedOn: string;
  readonly reason: string;
};
export type DraftInvoice = {
  readonly invoiceId: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly contestableUntil: string | null;
  readonly totalCents: string;
  /** ACCEPTED, CONTESTED, MAINTAINED or empty. */
  readonly answer: string;
};

/** What the pages of members show of the read model. Counts only, never a person (SUP-3). */
@Injectable()
export class MemberCopies {
  constructor(private readonly tables: ConsoleTables) {}

  async of(membershipId: string): Promise<MemberFacts> {
    const { seats, seatLoss, invoice, skippedNotice } = this.tables.read;
    const [pools, losses, drafts, schoolNames, agreements, skipped] = await Promise.all([
      seats.findMany({ where: { membershipId }, orderBy: { itemCode: 'asc' } }),
      seatLoss.findMany({
        where: { membershipId },
        orderBy: [{ onDay: 'asc' }, { itemCode: 'asc' }, { uai: 'asc' }],
      }),
      invoice.findMany({ where: { membershipId, status: 'DRAFT' }, orderBy: { startsOn: 'asc' } }),
      this.schoolNamesOf(membershipId),
      this.agreementsFor(membershipId),
      skippedNotice.findMany({
        where: { membershipId },
        orderBy: [{ decidedOn: 'desc' }, { service: 'asc' }, { proposalId: 'desc' }],
        take: skippedMax,
      }),
    ]);
    return {
      seats: pools.map(toSeats),
      losses: losses.map(toLoss),
      drafts: drafts.map(toDraft),
      agreements: agreements.map(toAgreement),
      skipped: skipped.map(toSkipped),
      schoolNames,
    };
  }

  private async agreementsFor(membershipId: string): Promise<MarketAgreement[]> {
    const { membership, marketAgreement } = this.tables.read;
    const where = { membershipId };
    const known = await membership.findUnique({ where, select: { marketCode: true } });
    if (!known) return [];
    return marketAgreement.findMany({
      where: { marketCode: known.marketCode },
      orderBy: [{ approvedOn: 'desc' }, { proposalId: 'desc' }],
      take: agreementsMax,
    });
  }

  /** Children waiting for a seat, by membership; those where nobody waits are left out. */
  async waiting(): Promise<ReadonlyMap<string, number>> {
    const pools = await this.tables.read.seats.findMany({
      where: { waiting: { gt: 0 } },
      select: { membershipId: true, waiting: true },
    });
    const sums = new Map<string, number>();
    for (const { membershipId, waiting } of pools) {
      sums.set(membershipId, (sums.get(membershipId) ?? 0) + Number(waiting));
    }
    return sums;
  }

  /** Seats held and children waiting over all items, of these memberships; those without seats are left out. */
  async usage(membershipIds: readonly string[]): Promise<ReadonlyMap<string, Usage>> {
    const pools = await this.tables.read.seats.findMany({
      where: { membershipId: { in: [...membershipIds] } },
      select: { membershipId: true, held: true, waiting: true },
    });
    const sums = new Map<string, Usage>();
    for (const { membershipId, held, waiting } of pools) {
      const { held: before, waiting: queued } = sums.get(membershipId) ?? { held: 0, waiting: 0 };
      sums.set(membershipId, { held: before + Number(held), waiting: queued + Number(waiting) });
    }
    return sums;
  }

  /** A school that the directory has not told of yet goes by its UAI. */
  async schoolNamesOf(
    membershipId: string,
    others: readonly string[] = [],
  ): Promise<Map<string, string>> {
    const { schoolFinanced, school } = this.tables.read;
    const financed = await schoolFinanced.findMany({
      where: { membershipId },
      select: { uai: true },
    });
    const uais = [...new Set([...financed.map(({ uai }) => uai), ...others])];
    const known = await school.findMany({
      where: { uai: { in: uais } },
      select: { uai: true, name: true, commune: true },
    });
    const names = known.map(({ uai, name, commune }) => [uai, `${name} — ${commune}`] as const);
    return new Map([...uais.map((uai) => [uai, uai] as const), ...names]);
  }
}

function toSeats(row: Seats): SeatsFile {
  return {
    membershipId: row.membershipId,
    itemCode: row.itemCode,
    on: dayFrom(row.onDay),
    ordered: Number(row.ordered),
    held: Number(row.held),
    waiting: Number(row.waiting),
  };
}

function toLoss({ itemCode, onDay, uai, seats }: SeatLoss): SeatLossFile {
  return { itemCode, on: dayFrom(onDay), uai, seats: Number(seats) };
}

const skippedMax = 50;

const toSkipped = ({
  membershipId: _own,
  toldOn,
  decidedOn,
  ...row
}: SkippedNotice): SkippedFile => ({
  ...row,
  toldOn: toldOn && dayFrom(toldOn),
  decidedOn: dayFrom(decidedOn),
});

const agreementsMax = 50;

const toAgreement = ({ proposalId, kind, approvedOn, documentId, content }: MarketAgreement) =>
  ({
    proposalId,
    kind,
    documentId,
    approvedOn: dayFrom(approvedOn),
    content,
  }) as unknown as AgreementFile;

function toDraft(row: Invoice): DraftInvoice {
  return {
    invoiceId: row.invoiceId,
    startsOn: dayFrom(row.startsOn),
    endsOn: dayFrom(row.endsOn),
    contestableUntil: row.contestableUntil && dayFrom(row.contestableUntil),
    totalCents: row.totalCents.toString(),
    answer: row.answer,
  };
}
