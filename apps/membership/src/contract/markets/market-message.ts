import type { MessageInitShape } from '@bufbuild/protobuf';
import { type MarketSchema, Profile } from '#libs/contracts';
import { dayOf, type VersionedMarket } from './domain/market.js';

/** A market as other services read it: in events and answers alike. */
export function toMarketMessage({
  market,
  version,
}: VersionedMarket): MessageInitShape<typeof MarketSchema> {
  const { calendar, items, accounts, departments } = market;
  const { toleranceDays = 0, tolerancePercent = 0, waysIn } = accounts;
  return {
    ...market,
    departments: [...departments],
    calendar: {
      ...calendar,
      notificationOn: dayOf(calendar.notificationOn),
      effectiveOn: dayOf(calendar.effectiveOn),
      contractYears: [...calendar.contractYears],
      effectiveOnIsFixed: calendar.effectiveOn.actual !== undefined,
    },
    items: items.map(({ profile, memberMaximum = 0, ...item }) => ({
      ...item,
      profile: Profile[profile],
      memberMaximum,
    })),
    accounts: {
      ...accounts,
      toleranceDays,
      tolerancePercent,
      waysIn: waysIn.map(({ profile, way }) => ({ profile: Profile[profile], way })),
    },
    version,
  };
}
