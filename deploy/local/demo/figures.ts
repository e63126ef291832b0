/**
 * What the demo came to, each figure as a service stated it. Amounts in cents as decimal text, so that
 * the whole is plain JSON; ids are left out, so that two runs of one scenario can be compared.
 */
export type DemoFigures = {
  readonly marketCode: string;
  readonly marketTitle: string;
  /** The business date of all services. */
  readonly on: string;
  readonly schools: number;
  readonly people: number;
  readonly members: readonly MemberFigures[];
  readonly accounts: readonly AccountCount[];
  readonly invoices: readonly InvoiceFigures[];
  readonly refusals: readonly RefusalFigures[];
  readonly checks: readonly Check[];
};

export type MemberFigures = {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  /** First day out of force; empty before activation. */
  readonly endsOn: string;
  readonly schools: number;
  readonly commitment: number;
  readonly ordered: number;
  readonly seatsHeld: number;
  readonly open: number;
  readonly activated: number;
  readonly waiting: number;
  readonly accountDays: string;
  /** Issued and drafted, credit notes included. */
  readonly invoices: number;
  /** Invoices less credit notes. */
  readonly totalCents: string;
};

/** `profile` and `state` in the words of the contracts. */
export type AccountCount = {
  readonly profile: string;
  readonly state: string;
  readonly count: number;
};

export type InvoiceFigures = {
  readonly member: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly kind: string;
  readonly status: string;
  /** Empty for a draft, withdrawn or not. */
  readonly number: string;
  readonly netCents: string;
  readonly vatCents: string;
  readonly totalCents: string;
};

/** A command that the rules refused, in the words of the service. */
export type RefusalFigures = {
  readonly member: string;
  readonly code: string;
  readonly message: string;
};

export type Check = {
  /** Stable, for comparing runs. */
  readonly name: string;
  /** French, what holds. */
  readonly title: string;
  readonly holds: boolean;
  /** The figures it rests on, or what is wrong. */
  readonly detail: string;
};

export const allHold = ({ checks }: DemoFigures): boolean =>
  checks.length > 0 && checks.every(({ holds }) => holds);
