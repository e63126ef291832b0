import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireOrganisation } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { isLocalDate, type LocalDate, type Period } from '#libs/time';
import {
  type Basis,
  calculateInvoice,
  inputOf,
  PriceMissing,
  PricingBasis,
  InvoicedDays,
} from '../invoices/invoices.module.js';
import { asAnnounced, billingPeriodsOf } from '../members/members.module.js';
import {
  type Amounts,
  costOf,
  firstOpenDay,
  type Horizon,
  horizonsOf,
  isUpperBound,
  zeroAmounts,
} from './domain/estimate.js';

export class EstimateInvalid extends defineProblem('ESTIMATE_INVALID', 'invalid') {}

export type CostChange = {
  readonly itemCode: string;
  readonly effectiveFrom: LocalDate;
  readonly delta: number;
};

export type CostEstimate = {
  readonly on: LocalDate;
  readonly membershipVersion: number;
  readonly invoicedUntil: LocalDate | null;
  readonly touchesInvoicedDays: boolean;
  readonly isUpperBound: boolean;
  readonly horizons: readonly (Horizon &
    (
      | { readonly before: Amounts; readonly after: Amounts }
      | { readonly missingPrice: { itemCode: string; label: string; firstDay: string } }
    ))[];
};

const changesMax = 50;
const deltaMax = 10_000_000;

/** What is still to be invoiced, as things stand and with an order that nobody has signed (BIL-3). */
@Injectable()
export class EstimateCost {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly basis: PricingBasis,
    private readonly invoicedDays: InvoicedDays,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws NotVisible where the membership is unknown or another member's (SUP-3). */
  execute(input: {
    membershipId: string;
    changes: readonly { itemCode: string; effectiveFrom: string; delta: number }[];
    caller: Caller;
  }): Promise<CostEstimate> {
    return this.unitOfWork.run(async (tx) => {
      const found = await this.basis.glance(tx, input.membershipId);
      if (found === undefined) throw new NotVisible();
      const known = { ...found, member: asAnnounced(found.member) };
      requireOrganisation(input.caller, known.member.marketCode, known.member.organisationId);
      const changes = checked(input.changes, known);
      const invoiced = await this.invoicedDays.ofMembership(tx, input.membershipId);
      const on = await this.businessDate.today(tx);
      const { period, membershipVersion } = known.member;
      const horizons = period === null ? [] : horizonsOf(period, invoiced, on);
      return {
        on,
        membershipVersion,
        invoicedUntil:
          period === null || invoiced.length === 0 ? null : firstOpenDay(period, invoiced),
        touchesInvoicedDays: changes.some(({ effectiveFrom }) =>
          invoiced.some(({ end }) => effectiveFrom < end),
        ),
        isUpperBound: isUpperBound(known.terms),
        horizons: horizons.map((horizon) => ({
          ...horizon,
          ...amountsOf(known, horizon, invoiced, changes),
        })),
      };
    });
  }
}

function amountsOf(
  known: Basis,
  { period }: Horizon,
  invoiced: readonly Period[],
  changes: readonly CostChange[],
) {
  try {
    const before = cost(known, period, invoiced);
    const ordered = { ...known.member, ledger: [...known.member.ledger, ...changes.map(toLine)] };
    const after =
      changes.length === 0 ? before : cost({ ...known, member: ordered }, period, invoiced);
    return { before, after };
  } catch (error) {
    if (!(error instanceof PriceMissing)) throw error;
    const { itemCode, label, firstDay } = error;
    return { missingPrice: { itemCode, label, firstDay } };
  }
}

function cost(known: Basis, days: Period, invoiced: readonly Period[]): Amounts {
  const { terms, member } = known;
  const periods = billingPeriodsOf(terms, member.rhythms);
  return costOf(days, periods, invoiced, (period) => {
    const input = inputOf(known, period, 'ORDERED', []);
    return input === undefined ? zeroAmounts : calculateInvoice(input);
  });
}

// A line that nobody signed: only what the calculation reads of a line means anything.
const toLine = (change: CostChange) => ({
  ...change,
  ledgerPosition: Number.MAX_SAFE_INTEGER,
  line: 0,
  orderId: '',
  number: '',
  signedOn: change.effectiveFrom,
});

function checked(
  changes: readonly { itemCode: string; effectiveFrom: string; delta: number }[],
  { terms }: Basis,
): CostChange[] {
  if (changes.length > changesMax) {
    throw new EstimateInvalid(`Une estimation porte sur ${changesMax} lignes au plus.`);
  }
  return changes.map(({ itemCode, effectiveFrom, delta }) => {
    if (!terms.items.some(({ code }) => code === itemCode)) {
      throw new EstimateInvalid(
        `« ${itemCode.slice(0, 60)} » n’est pas un article de ce marché : choisissez-en un de la liste.`,
      );
    }
    if (!isLocalDate(effectiveFrom)) {
      throw new EstimateInvalid('La date d’effet doit s’écrire sous la forme AAAA-MM-JJ.');
    }
    if (!Number.isInteger(delta) || delta === 0 || Math.abs(delta) > deltaMax) {
      throw new EstimateInvalid(
        'La variation doit être un nombre entier de comptes, non nul, de dix millions au plus.',
      );
    }
    return { itemCode, effectiveFrom, delta };
  });
}
