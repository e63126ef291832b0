import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type MarketSchema, OrganisationSchema } from '#libs/contracts';
import type { Period } from '#libs/time';

export const marketCode = 'e-primo-2022';
export const bpu = [
  'item;contract_year_from;unit_price;vat_percent',
  'ELEVE;2022-07-19;2.3500;20',
  'ELEVE;2023-07-19;2.4182;20',
].join('\n');

export type MarketShape = MessageInitShape<typeof MarketSchema>;

/** What is said of a membership when it is accepted and put in force. */
export function factsOf(
  membershipId: string,
  commitment: number,
  { start, end }: Period,
  billing: MarketShape['billing'] = {},
) {
  return {
    organisation: create(OrganisationSchema, {
      organisationId: `org-${membershipId}`,
      name: `Commune ${membershipId}`,
      siren: '214401093',
      kind: 'COMMUNE',
      address: '1 place de la Mairie\n44000 Saint-Exemple',
      chorusPro: { recipientSiret: '21440109300015', serviceCode: 'SCOLAIRE' },
    }),
    market: aMarket(billing),
    period: { startsOn: start, endsOn: end },
    commitment: [{ itemCode: 'ELEVE', quantity: commitment }],
    annexe2: {
      kind: 'ANNEXE2',
      title: 'Annexe 2',
      sha256: 'ab'.repeat(32),
      datedOn: '2021-12-14',
    },
  };
}

export function aMarket(billing: MarketShape['billing']): MarketShape {
  return {
    code: marketCode,
    title: 'ENT e-primo',
    version: 1,
    supplier: {
      name: 'Numérique des Écoles SAS',
      siret: '90000000100017',
      vatNumber: 'FR68900000001',
      address: '12 quai de l’Exemple\n44000 Nantes',
      iban: 'FR7630001007941234567890185',
      legalMentions: '',
    },
    calendar: {
      effectiveOn: '2022-07-19',
      endsOn: '2026-07-19',
      contractYears: ['2022-07-19', '2023-07-19', '2024-07-19', '2025-07-19'],
    },
    items: [{ code: 'ELEVE', label: 'Compte élève' }],
    billing: { basis: 'ORDERED', period: 'QUARTER', numberPrefix: 'EP22', ...billing },
  };
}
