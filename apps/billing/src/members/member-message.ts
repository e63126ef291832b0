import type {
  BillingRhythmChosen,
  ChorusPro,
  CommitmentFrom,
  CommitmentPart,
  DocumentReference,
  Market,
  Order,
  Organisation,
} from '#libs/contracts';
import { departmentOf, type InseeCode, parseSiret } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { localDate } from '#libs/time';
import type { RhythmFrom } from '#libs/trade';
import type {
  Annexe2Reference,
  BuyerParty,
  ChorusProData,
  ItemCommitment,
  LedgerLine,
  MarketTerms,
  SignedPart,
} from './domain/member.js';

/** The market's data lack what an invoice needs; the event is parked until they are mended. */
export class MarketTermsInvalid extends defineProblem('MARKET_TERMS_INVALID', 'invalid') {}

// BIL-1, BIL-3, BIL-9: what holds where a market says nothing.
const contestDaysDefault = 10;
const paymentTermDaysDefault = 30;

export function fromMarket(market: Market): MarketTerms {
  const { supplier, calendar, billing } = market;
  if (supplier === undefined || calendar === undefined) {
    throw new MarketTermsInvalid('Le marché n’indique ni titulaire ni calendrier.', {
      marketCode: market.code,
    });
  }
  return {
    code: market.code,
    title: market.title,
    version: market.version,
    supplier: {
      name: supplier.name,
      siret: parseSiret(supplier.siret),
      vatNumber: supplier.vatNumber,
      address: supplier.address,
      iban: supplier.iban,
      legalMentions: supplier.legalMentions,
    },
    effectiveOn: localDate(calendar.effectiveOn),
    endsOn: localDate(calendar.endsOn),
    contractYearStarts: calendar.contractYears.map(localDate),
    items: market.items.map(({ code, label }) => ({ code, label })),
    basis: oneOf(market.code, billing?.basis, ['ORDERED', 'METERED']),
    floorScope: oneOf(market.code, market.floorScope, ['ITEM', 'TOTAL']),
    rhythm: oneOf(market.code, billing?.period, ['QUARTER', 'YEAR']),
    numberPrefix: prefixOf(market.code, billing?.numberPrefix),
    contestDays: billing?.contestDays ?? contestDaysDefault,
    paymentTermDays: billing?.paymentTermDays || paymentTermDaysDefault,
  };
}

export function fromOrganisation(organisation: Organisation | undefined): BuyerParty {
  if (organisation === undefined) throw new RangeError('A membership event without organisation');
  const { organisationId, name, siren, address, kind } = organisation;
  const chorusPro = fromChorusPro(organisation.chorusPro);
  const department = departmentOfMember(organisation);
  return { organisationId, name, siren, address, kind, department, ...chorusPro };
}

/** Of the commune, of a commune of the grouping; of others (the State) by the postcode of the address. Empty where unknown. */
function departmentOfMember({ insee, communes, address }: Organisation): string {
  const code = insee || communes[0] || /\b(\d{5})\s+\S[^\n,]*\s*$/.exec(address)?.[1] || '';
  return departmentOf(code as InseeCode);
}

export function fromChorusPro(data: ChorusPro | undefined): ChorusProData {
  return {
    recipientSiret: data?.recipientSiret ?? '',
    serviceCode: data?.serviceCode ?? '',
    purchaseOrderNumber: data?.purchaseOrderNumber ?? '',
    marketNumber: data?.marketNumber ?? '',
  };
}

export function fromRhythm(body: BillingRhythmChosen) {
  const { membershipId, membershipVersion: version, validFrom, rhythm } = body;
  const chosen: RhythmFrom = {
    from: localDate(validFrom),
    rhythm: oneOf(membershipId, rhythm, ['QUARTER', 'YEAR']),
  };
  return { membershipId, version, ...chosen };
}

export function fromDocument(document: DocumentReference | undefined): Annexe2Reference | null {
  if (document === undefined) return null;
  const { kind, title, sha256, datedOn } = document;
  return { kind, title, sha256, datedOn };
}

export function fromSteps(steps: readonly CommitmentFrom[]): ItemCommitment[] {
  return steps.map(({ itemCode, from, quantity }) => ({
    itemCode,
    from: localDate(from),
    quantity,
  }));
}

/** What a member signed itself bears no name: the invoice is its own. */
export function fromParts(membershipId: string, parts: readonly CommitmentPart[]): SignedPart[] {
  return parts.flatMap((part) => {
    const annexe2 = fromDocument(part.annexe2);
    const signedBy = part.membershipId === membershipId ? '' : part.signedBy;
    return annexe2 === null ? [] : { annexe2, signedBy, commitment: fromSteps(part.commitment) };
  });
}

export function fromOrder(order: Order | undefined): LedgerLine[] {
  if (order === undefined) throw new RangeError('OrderSigned without order');
  return order.lines.map((line, index) => ({
    ledgerPosition: order.ledgerPosition,
    line: index + 1,
    orderId: order.orderId,
    number: order.number,
    itemCode: line.itemCode,
    effectiveFrom: localDate(line.effectiveFrom),
    delta: line.delta,
    signedOn: localDate(order.signedOn),
  }));
}

/** The first value is what holds where the market says nothing. */
function oneOf<const T extends string>(
  marketCode: string,
  value: string | undefined,
  allowed: readonly [T, ...T[]],
): T {
  if (value === undefined || value === '') return allowed[0];
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new MarketTermsInvalid(
      `Condition de facturation inconnue : choisissez ${allowed.join(' ou ')}.`,
      { marketCode, allowed },
    );
  }
  return found;
}

function prefixOf(marketCode: string, prefix: string | undefined): string {
  // Year, hyphens and six digits take 12 of the 20 characters.
  if (prefix !== undefined && /^[A-Z0-9-]{1,8}$/.test(prefix)) return prefix;
  throw new MarketTermsInvalid(
    'Le préfixe des factures du marché manque ou n’est pas valide : 1 à 8 majuscules, chiffres ou tirets.',
    { marketCode },
  );
}
