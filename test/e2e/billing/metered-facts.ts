import {
  type AccountState,
  AccountStateChangedSchema,
  ChorusProRecordedSchema,
  event,
  MarketPublishedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  type NewEvent,
  OrderSignedSchema,
  Profile,
} from '#libs/contracts';
import { aMarket, marketCode } from '../../../apps/billing/test/market-facts.test-support.js';

export const itemCode = 'ELEVE';
export const membershipId = 'm1';
export const period = { startsOn: '2022-07-19', endsOn: '2022-10-19' };
const organisation = {
  organisationId: 'org-m1',
  name: 'Commune d’exemple',
  siren: '214401093',
  address: '1 place de la Mairie\n44000 Saint-Exemple',
  chorusPro: { recipientSiret: '21440109300015' },
};
const market = aMarket({ basis: 'METERED' });

/** What membership says once the facts below are told. */
export const heads = [{ membershipId, membershipVersion: 3, ledgerHead: 'head-3' }];

/** A METERED market with one member: commitment and order of 3 accounts. */
export const joined = (): NewEvent[] => [
  event(MarketPublishedSchema, marketCode, { market }),
  event(MembershipAcceptedSchema, membershipId, {
    membershipId,
    membershipVersion: 1,
    organisation,
    marketCode,
  }),
  event(MembershipActivatedSchema, membershipId, {
    membershipId,
    membershipVersion: 2,
    organisation,
    market,
    period: { startsOn: period.startsOn, endsOn: '2026-07-19' },
    commitment: [{ itemCode, quantity: 3 }],
  }),
  event(OrderSignedSchema, membershipId, {
    membershipId,
    membershipVersion: 3,
    ledgerHead: 'head-3',
    order: {
      orderId: 'o-1',
      number: 'BC-0001',
      signedOn: period.startsOn,
      ledgerPosition: 1,
      lines: [{ itemCode, effectiveFrom: period.startsOn, delta: 3 }],
    },
  }),
];

/** What its finance department recorded once it was a member (ADH-1). */
export const addressed = (): NewEvent =>
  event(ChorusProRecordedSchema, membershipId, {
    ...{ membershipId, membershipVersion: 4, validFrom: '2022-09-01' },
    chorusPro: {
      recipientSiret: '21440109300015',
      serviceCode: 'SCOLAIRE',
      purchaseOrderNumber: 'EJ-2022-0042',
      marketNumber: '2022-44-ENT',
    },
  });

/** An account's nth fact. */
export const becomes = (accountId: string, sequence: number, toState: AccountState, on: string) =>
  event(AccountStateChangedSchema, accountId, {
    accountId,
    sequence,
    profile: Profile.STUDENT,
    toState,
    effectiveOn: on,
    uai: '0440437L',
    membershipId,
    itemCode,
  });

/** As provisioning states it in every partition: all facts before a day are told. */
export { daysToldEvents } from '../../../apps/provisioning/src/days-told/tell-days.js';
