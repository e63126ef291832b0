import type { OrganisationKind } from '#libs/trade';

/** R2192-10 of the public procurement code, for each kind of member. Another kind states its own limit here. */
const termDaysMax: Readonly<Record<OrganisationKind, number>> = {
  COMMUNE: 30,
  EPCI: 30,
  SYNDICAT: 30,
  STATE: 30,
  PUBLIC_ESTABLISHMENT: 30,
};

/** Days that a member has to pay: those of the market, never more than the law gives its kind (BIL-6). */
export const paymentTermOf = (kind: string | undefined, marketDays: number): number =>
  Math.min(marketDays, termDaysMax[kind as OrganisationKind] ?? termDaysMax.COMMUNE);
