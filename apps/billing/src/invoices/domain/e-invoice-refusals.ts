import { isIban, isSiret, parseVatNumber, type Siret, sirenOf } from '#libs/identifiers';
import { isLocalDate } from '#libs/time';
import { correctionCode, type EInvoice, type EInvoiceParty } from './e-invoice.js';
import { lineFaults, totalFaults } from './e-invoice-arithmetic.js';
import type { MentionCode } from './payment-mentions.js';
import { fault, type Refusal, tooLong } from './refusal.js';

const askMember =
  'le membre enregistre ses données Chorus Pro (fiche de l’organisation), puis la numérotation est relancée';
const askSupplier =
  'le titulaire fait rectifier sa fiche dans le marché, puis la numérotation est relancée';
const askAccount = 'le titulaire propose un compte vérifié, puis la numérotation est relancée';

/**
 * All that would have it refused, none where it may be sent: the rules of Chorus Pro and BR-FR, checksums that no
 * official check looks at, and the arithmetic again from the terms themselves. Pure; the quantity floor is judged beside
 * (`floor-shortfall.ts`).
 */
export function refusalsOf(invoice: EInvoice): Refusal[] {
  return [
    ...headFaults(invoice),
    ...sellerFaults(invoice),
    ...buyerFaults(invoice),
    ...accountFaults(invoice),
    ...mentionFaults(invoice),
    ...lineFaults(invoice),
    ...totalFaults(invoice),
  ];
}

/** BT-1 as Chorus Pro takes it. */
const numberShape = /^[A-Za-z0-9+_/-]{1,20}$/;

function headFaults(invoice: EInvoice): Refusal[] {
  const { number, issuedOn, dueOn, period, type, preceding, lines } = invoice;
  const periods = [period, ...lines.map((line) => line.period)];
  const dates = [issuedOn, dueOn, preceding?.issuedOn ?? issuedOn].concat(
    periods.flatMap(({ start, end }) => [start, end]),
  );
  return [
    ...fault(
      !numberShape.test(number),
      'CPRO-BT-1',
      `le numéro « ${number.slice(0, 40)} » n’a pas 1 à 20 lettres, chiffres ou signes + - _ /`,
    ),
    ...fault(
      dates.some((date) => !isLocalDate(date)),
      'DATE',
      'une date n’existe pas au calendrier',
    ),
    ...fault(dueOn < issuedOn, 'BT-9', 'l’échéance précède l’émission'),
    ...fault(period.end <= period.start, 'BR-29', 'la période facturée finit avant de commencer'),
    ...fault(
      type === '381' && preceding === undefined,
      'BR-FR-CO-05',
      'l’avoir ne cite pas la facture qu’il corrige',
    ),
    ...fault(
      preceding !== undefined && !numberShape.test(preceding.number),
      'CPRO-BT-25',
      'le numéro de la facture citée n’a pas 1 à 20 caractères',
    ),
  ];
}

function sellerFaults({ seller, vatTotals }: EInvoice): Refusal[] {
  const { name, siret, vatNumber } = seller;
  const charges = vatTotals.some(({ vatBasisPoints }) => vatBasisPoints > 0);
  return [
    ...nameFaults(name, 'BT-27', 'titulaire', askSupplier),
    ...streetFaults(seller, 'BT-35', 'titulaire'),
    ...fault(
      !isSiret(siret),
      'BT-30',
      `le SIRET du titulaire « ${siret} » n’est pas valide`,
      askSupplier,
    ),
    ...fault(
      charges && vatNumber === '',
      'BR-S-02',
      'le numéro de TVA du titulaire manque',
      askSupplier,
    ),
    ...fault(
      vatNumber !== '' && !isVatNumberOf(siret, vatNumber),
      'BT-31',
      `le numéro de TVA du titulaire « ${vatNumber.slice(0, 20)} » n’a pas la bonne clé, ou n’est pas celui de son SIREN`,
      askSupplier,
    ),
  ];
}

function buyerFaults(invoice: EInvoice): Refusal[] {
  const { buyer, buyerIsState, vatTerritory } = invoice;
  const { serviceCode, purchaseOrderNumber, marketNumber } = invoice;
  return [
    ...nameFaults(buyer.name, 'BT-44', 'destinataire', askMember),
    ...streetFaults(buyer, 'BT-50', 'destinataire'),
    ...(buyer.siret === ''
      ? fault(true, 'CPRO-BT-47', 'le SIRET du destinataire manque', askMember)
      : fault(
          !isSiret(buyer.siret),
          'CPRO-BT-47',
          `le SIRET du destinataire « ${buyer.siret} » n’est pas valide`,
          askMember,
        )),
    ...fault(
      vatTerritory === 'OTHER_OVERSEAS',
      'VAT-TERRITORY',
      'aucun taux de TVA n’est établi pour la collectivité d’outre-mer du destinataire',
      'un administrateur fait établir la règle de TVA de cette collectivité',
    ),
    ...fault(
      buyerIsState && serviceCode === '',
      'CPRO-BT-10',
      'le code service manque, que l’État demande toujours',
      askMember,
    ),
    ...fault(
      buyerIsState && purchaseOrderNumber === '',
      'CPRO-BT-13',
      'le numéro d’engagement manque, que l’État demande toujours',
      askMember,
    ),
    ...tooLong(serviceCode, 100, 'CPRO-BT-10', 'le code service', askMember),
    ...tooLong(purchaseOrderNumber, 50, 'CPRO-BT-13', 'le numéro d’engagement', askMember),
    ...tooLong(marketNumber, 50, 'CPRO-BT-12', 'le numéro de marché', askMember),
  ];
}

const accountFaults = ({ iban }: EInvoice): Refusal[] =>
  fault(
    iban !== '' && (!isIban(iban) || iban.length > 27),
    'CPRO-BT-84',
    'l’IBAN du titulaire n’est pas valide, ou dépasse 27 caractères',
    askAccount,
  );

const mentionCodes: readonly MentionCode[] = ['PMD', 'PMT', 'AAB'];

function mentionFaults({ notes, terms, dueOn, dueCents }: EInvoice): Refusal[] {
  return [
    ...mentionCodes.flatMap((code) => {
      const texts = notes.filter((note) => note.code === code).map(({ text }) => text);
      return fault(
        texts.length !== 1 || texts[0]!.trim() === '' || texts[0]!.length > 1024,
        'BR-FR-05',
        `la mention ${code} ne figure pas une fois, en 1 024 caractères au plus`,
      );
    }),
    ...fault(
      notes.some(({ code, text }) => code === correctionCode && text.length > 1024),
      'CPRO-BT-22',
      'le motif de la correction dépasse 1 024 caractères',
    ),
    ...fault(
      dueCents > 0n && terms.trim() === '' && !isLocalDate(dueOn),
      'BR-CO-25',
      'ni échéance ni conditions de paiement',
    ),
    ...fault(terms.trim() === '', 'BT-20', 'les conditions de paiement manquent'),
  ];
}

function nameFaults(name: string, term: string, whose: string, remedy: string): Refusal[] {
  return [
    ...fault(name.trim() === '', term, `le nom du ${whose} manque`, remedy),
    ...fault(
      name.length > 99,
      `CPRO-${term}`,
      `le nom du ${whose} dépasse 99 caractères`,
      'un nom plus court est enregistré, puis la numérotation est relancée',
    ),
  ];
}

function streetFaults({ address }: EInvoiceParty, term: string, whose: string): Refusal[] {
  return fault(
    address.lines.some((line) => line.length > 400),
    `CPRO-${term}`,
    `une ligne d’adresse du ${whose} dépasse 400 caractères`,
    'une adresse plus courte est enregistrée, puis la numérotation est relancée',
  );
}

function isVatNumberOf(siret: string, vatNumber: string): boolean {
  try {
    return parseVatNumber(vatNumber).slice(4) === sirenOf(siret as Siret);
  } catch {
    return false;
  }
}
