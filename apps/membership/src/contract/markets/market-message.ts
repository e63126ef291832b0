import type { MessageInitShape } from '@bufbuild/protobuf';
import { type MarketSchema, Profile } from '#libs/contracts';
import { dayOf, type VersionedMarket } from './domain/market.js';

/** A market as other services read it: in events and answers alike. */
export function toMarketMessage({
  market,
  version,
}: VersionedMarket): MessageInitShape<typeof MarketSchema> {
  const { calendar } = market;
  return {
    code: market.code,
    title: market.title,
    supplier: market.supplier,
    coordinatorSiren: market.coordinatorSiren,
    departments: [...market.departments],
    calendar: {
      adhesionDeadline: calendar.adhesionDeadline,
      tenderEarliestOn: calendar.tenderEarliestOn,
      notificationOn: dayOf(calendar.notificationOn),
      effectiveOn: dayOf(calendar.effectiveOn),
      endsOn: calendar.endsOn,
      contractYears: [...calendar.contractYears],
      effectiveOnIsFixed: calendar.effectiveOn.actual !== undefined,
    },
    items: market.items.map((item) => ({
      code: item.code,
      label: item.label,
      profile: Profile[item.profile],
      groupMaximum: item.groupMaximum,
      memberMaximum: item.memberMaximum ?? 0,
    })),
    billing: market.billing,
    accounts: {
      overQuota: market.accounts.overQuota,
      toleranceDays: market.accounts.toleranceDays ?? 0,
      tolerancePercent: market.accounts.tolerancePercent ?? 0,
      graceDays: market.accounts.graceDays,
      waysIn: market.accounts.waysIn.map(({ profile, way }) => ({
        profile: Profile[profile],
        way,
      })),
    },
    version,
    floorScope: market.floorScope,
    decreaseNoticeDays: market.decreaseNoticeDays,
  };
}
