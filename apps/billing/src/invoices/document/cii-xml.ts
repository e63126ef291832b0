import { decimalOf, unitPriceDecimal } from '#libs/money';
import { addDays, type LocalDate, type Period } from '#libs/time';
import type { EInvoice, EInvoiceLine, EInvoiceParty } from '../domain/e-invoice.js';

/**
 * The invoice as EN 16931 writes it in CII (the XML of a Factur-X): each term at its place, in the order of the schema.
 * Made from the terms alone: the same terms give the same bytes.
 */
export function ciiXml(invoice: EInvoice): Buffer {
  const text = document(invoice).flatMap((node) => written(node, 0));
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text.join('\n')}\n`);
}

type Attributes = Readonly<Record<string, string>>;
type Node = {
  readonly name: string;
  readonly attributes: Attributes;
  readonly content: string | readonly Node[];
};

const namespaces = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
} as const;

/** BT-24. */
const profile = 'urn:cen.eu:en16931:2017';
/** BT-23: what is deposited on Chorus Pro by a supplier; services not paid yet, in AFNOR's terms. */
const process = { CPRO: 'A1', AFNOR: 'S1' } as const;

/** Nothing where there is nothing to say: an empty element is refused. */
const of = (name: string, content: string | readonly Node[], attributes: Attributes = {}): Node[] =>
  content.length === 0 ? [] : [{ name, attributes, content }];
const ram = (name: string, content: string | readonly Node[], attributes: Attributes = {}) =>
  of(`ram:${name}`, content, attributes);

function document(invoice: EInvoice): Node[] {
  const context = [
    ...ram('BusinessProcessSpecifiedDocumentContextParameter', ram('ID', process[invoice.circuit])),
    ...ram('GuidelineSpecifiedDocumentContextParameter', ram('ID', profile)),
  ];
  const header = [
    ...ram('ID', clean(invoice.number)),
    ...ram('TypeCode', invoice.type),
    ...ram('IssueDateTime', date(invoice.issuedOn)),
    ...invoice.notes.flatMap(({ code, text }) =>
      ram('IncludedNote', [...ram('Content', clean(text)), ...ram('SubjectCode', code)]),
    ),
  ];
  const transaction = [
    ...invoice.lines.flatMap(line),
    ...ram('ApplicableHeaderTradeAgreement', agreement(invoice)),
    { name: 'ram:ApplicableHeaderTradeDelivery', attributes: {}, content: [] },
    ...ram('ApplicableHeaderTradeSettlement', settlement(invoice)),
  ];
  return of(
    'rsm:CrossIndustryInvoice',
    [
      ...of('rsm:ExchangedDocumentContext', context),
      ...of('rsm:ExchangedDocument', header),
      ...of('rsm:SupplyChainTradeTransaction', transaction),
    ],
    namespaces,
  );
}

function line(one: EInvoiceLine, index: number): Node[] {
  const { itemCode, name, description, unitPrice, baseDays, accountDays, netCents } = one;
  const days = { unitCode: one.unit };
  const price = [
    ...ram('ChargeAmount', unitPriceDecimal(unitPrice)),
    ...ram('BasisQuantity', String(baseDays), days),
  ];
  return ram('IncludedSupplyChainTradeLineItem', [
    ...ram('AssociatedDocumentLineDocument', ram('LineID', String(index + 1))),
    ...ram('SpecifiedTradeProduct', [
      ...ram('SellerAssignedID', clean(itemCode)),
      ...ram('Name', clean(name)),
      ...ram('Description', clean(description)),
    ]),
    ...ram('SpecifiedLineTradeAgreement', ram('NetPriceProductTradePrice', price)),
    ...ram('SpecifiedLineTradeDelivery', ram('BilledQuantity', String(accountDays), days)),
    ...ram('SpecifiedLineTradeSettlement', [
      ...ram('ApplicableTradeTax', [
        ...ram('TypeCode', 'VAT'),
        ...ram('CategoryCode', category(one)),
        ...ram('RateApplicablePercent', percent(one)),
      ]),
      ...ram('BillingSpecifiedPeriod', period(one.period)),
      ...ram(
        'SpecifiedTradeSettlementLineMonetarySummation',
        ram('LineTotalAmount', decimalOf(netCents)),
      ),
    ]),
  ]);
}

function agreement(invoice: EInvoice): Node[] {
  const { seller, buyer, circuit, serviceCode, purchaseOrderNumber, marketNumber } = invoice;
  return [
    ...ram('BuyerReference', clean(serviceCode)),
    ...ram('SellerTradeParty', party(seller, 'SELLER', circuit)),
    ...ram('BuyerTradeParty', party(buyer, 'BUYER', circuit)),
    ...ram('BuyerOrderReferencedDocument', ram('IssuerAssignedID', clean(purchaseOrderNumber))),
    ...ram('ContractReferencedDocument', ram('IssuerAssignedID', clean(marketNumber))),
  ];
}

/** Where the SIRET goes is what the two circuits disagree on. */
function party(one: EInvoiceParty, role: 'SELLER' | 'BUYER', circuit: EInvoice['circuit']): Node[] {
  const { name, siret, vatNumber, legalMentions, address } = one;
  const siren = siret.slice(0, 9);
  const [first = '', second = '', third = ''] = address.lines;
  const throughPlatform = circuit === 'AFNOR' && siret !== '';
  return [
    ...(throughPlatform ? ram('GlobalID', siret, { schemeID: '0009' }) : []),
    ...ram('Name', clean(name)),
    ...ram('Description', clean(legalMentions)),
    ...ram(
      'SpecifiedLegalOrganization',
      ram('ID', circuit === 'CPRO' ? siret : siren, { schemeID: '0002' }),
    ),
    ...ram('PostalTradeAddress', [
      ...ram('PostcodeCode', address.postcode),
      ...ram('LineOne', clean(first)),
      ...ram('LineTwo', clean(second)),
      ...ram('LineThree', clean(third)),
      ...ram('CityName', clean(address.city)),
      ...ram('CountryID', 'FR'),
    ]),
    ...(throughPlatform
      ? ram('URIUniversalCommunication', ram('URIID', `${siren}_${siret}`, { schemeID: '0225' }))
      : []),
    ...taxRegistration(vatNumber, role === 'SELLER' ? siren : ''),
  ];
}

/** A seller in franchise may have no VAT number: then its SIREN, as a local registration (BT-32), tells it. */
function taxRegistration(vatNumber: string, siren: string): Node[] {
  return vatNumber === ''
    ? ram('SpecifiedTaxRegistration', ram('ID', siren, { schemeID: 'FC' }))
    : ram('SpecifiedTaxRegistration', ram('ID', vatNumber, { schemeID: 'VA' }));
}

function settlement(invoice: EInvoice): Node[] {
  const { vatTotals, netCents, vatCents, totalCents, dueCents, preceding } = invoice;
  return [
    ...ram('PaymentReference', clean(invoice.number)),
    ...ram('InvoiceCurrencyCode', 'EUR'),
    ...paymentMeans(invoice),
    ...vatTotals.flatMap((total) =>
      ram('ApplicableTradeTax', [
        ...ram('CalculatedAmount', decimalOf(total.vatCents)),
        ...ram('TypeCode', 'VAT'),
        ...(category(total) === 'E' ? ram('ExemptionReason', invoice.vatExemption) : []),
        ...ram('BasisAmount', decimalOf(total.netCents)),
        ...ram('CategoryCode', category(total)),
        ...ram('RateApplicablePercent', percent(total)),
      ]),
    ),
    ...ram('BillingSpecifiedPeriod', period(invoice.period)),
    ...ram('SpecifiedTradePaymentTerms', [
      ...ram('Description', clean(invoice.terms)),
      ...ram('DueDateDateTime', date(invoice.dueOn)),
    ]),
    ...ram('SpecifiedTradeSettlementHeaderMonetarySummation', [
      ...ram('LineTotalAmount', decimalOf(netCents)),
      ...ram('TaxBasisTotalAmount', decimalOf(netCents)),
      ...ram('TaxTotalAmount', decimalOf(vatCents), { currencyID: 'EUR' }),
      ...ram('GrandTotalAmount', decimalOf(totalCents)),
      ...ram('DuePayableAmount', decimalOf(dueCents)),
    ]),
    ...(preceding
      ? ram('InvoiceReferencedDocument', [
          ...ram('IssuerAssignedID', clean(preceding.number)),
          ...ram('FormattedIssueDateTime', date(preceding.issuedOn, 'qdt')),
        ])
      : []),
  ];
}

/** A transfer. Chorus Pro takes a credit note without; an invoice from before the first account bears none. */
function paymentMeans({ iban, type, circuit }: EInvoice): Node[] {
  if (iban === '' || (type === '381' && circuit === 'CPRO')) return [];
  return ram('SpecifiedTradeSettlementPaymentMeans', [
    ...ram('TypeCode', '30'),
    ...ram('PayeePartyCreditorFinancialAccount', ram('IBANID', iban)),
  ]);
}

type Rate = { readonly vatBasisPoints: number };
/** Standard, or exempt: by the supplier's franchise (CGI art. 293 B), or where no VAT applies (art. 294). */
const category = ({ vatBasisPoints }: Rate) => (vatBasisPoints === 0 ? 'E' : 'S');
const percent = ({ vatBasisPoints }: Rate) => decimalOf(BigInt(vatBasisPoints));

/** EN 16931 states the last day, ours is the first one after. */
function period({ start, end }: Period): Node[] {
  return [...ram('StartDateTime', date(start)), ...ram('EndDateTime', date(addDays(end, -1)))];
}

const date = (day: LocalDate, namespace: 'udt' | 'qdt' = 'udt'): Node[] =>
  of(`${namespace}:DateTimeString`, day.replaceAll('-', ''), { format: '102' });

/**
 * One line without doubled spaces (BR-FR-02), and nothing that XML cannot hold: control characters, halves of
 * characters, the two that are none.
 */
function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s\ufffe\uffff]+/gu, ' ')
    .trim();
}

function written({ name, attributes, content }: Node, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const tag = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`),
  ].join(' ');
  if (typeof content === 'string') return [`${indent}<${tag}>${escaped(content)}</${name}>`];
  if (content.length === 0) return [`${indent}<${tag}/>`];
  return [
    `${indent}<${tag}>`,
    ...content.flatMap((child) => written(child, depth + 1)),
    `${indent}</${name}>`,
  ];
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
