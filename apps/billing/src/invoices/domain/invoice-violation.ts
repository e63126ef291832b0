import { formatIban } from '#libs/identifiers';
import { formatCount, formatEuros } from '#libs/money';
import { frenchDate, type LocalDate } from '#libs/time';
import type { InvoiceTotals } from './invoice-calculation.js';

/** What does not hold in invoices that were recounted (BIL-3 to BIL-5): a code and its figures. */
export type InvoiceViolation =
  | {
      readonly code: 'LINES_DO_NOT_ADD_UP';
      readonly invoice: InvoiceName;
      /** The sum of the lines. */
      readonly summed: InvoiceAmounts;
      readonly told: InvoiceAmounts;
    }
  | { readonly code: 'RECOUNT_DIFFERS'; readonly invoice: InvoiceName }
  /** The usage that it rests on is not what metering certified for its period. */
  | { readonly code: 'USAGE_NOT_CERTIFIED'; readonly invoice: InvoiceName }
  /** Its account is none that was approved and in force when it was drafted (BIL-2); '' where it bears none. */
  | {
      readonly code: 'ACCOUNT_DIFFERS';
      readonly invoice: InvoiceName;
      readonly draftedOn: LocalDate;
      readonly borne: string;
      readonly approved: string;
    }
  /** Invoices less credits of a period are not what was calculated last (BIL-8). */
  | {
      readonly code: 'BALANCE_DIFFERS';
      readonly invoice: InvoiceName;
      readonly summed: InvoiceAmounts;
      readonly told: InvoiceAmounts;
    }
  | {
      readonly code: 'NUMBER_MISSING';
      readonly number: string;
      readonly sequence: number;
      /** The place of the invoice in its series, from 1 upwards. */
      readonly position: number;
    }
  | {
      readonly code: 'ISSUED_BEFORE_PREVIOUS';
      readonly number: string;
      readonly issuedOn: LocalDate;
      readonly previousNumber: string;
      readonly previousIssuedOn: LocalDate;
    }
  /** Its paper is missing, or not the one that was issued. */
  | { readonly code: 'DOCUMENT_DIFFERS'; readonly number: string }
  /** Its XML says another number, recipient, engagement, day, account, quantity, price or amount. */
  | { readonly code: 'XML_DIFFERS'; readonly number: string }
  /** Its PDF carries other data, shows another number, day, account or amount, or a text that its data do not give. */
  | { readonly code: 'PAPER_DIFFERS'; readonly number: string }
  /** Its paper does not stand behind that of the number before. */
  | { readonly code: 'CHAIN_BROKEN'; readonly number: string }
  /** A series is shorter than it was when it was anchored, or another one: what was found, in French. */
  | { readonly code: 'NOT_AS_ANCHORED'; readonly found: string }
  | {
      readonly code: 'SERIES_COUNT_DIFFERS';
      readonly series: string;
      readonly invoices: number;
      /** What the counter says. */
      readonly lastSequence: number;
    };

export type InvoiceAmounts = Omit<InvoiceTotals, 'vatTotals'>;

/** A draft has no number. */
export type InvoiceName = { readonly number: string } | { readonly draftId: string };

/** As the coordinator, the supplier and an administrator read it. */
export function violationInFrench(violation: InvoiceViolation): string {
  switch (violation.code) {
    case 'LINES_DO_NOT_ADD_UP':
      return (
        `${named(violation.invoice)} : la somme des lignes fait ${amounts(violation.summed)}, ` +
        `les totaux disent ${amounts(violation.told)}.`
      );
    case 'RECOUNT_DIFFERS':
      return (
        `${named(violation.invoice)} : un nouveau calcul, d’après les éléments conservés avec ` +
        `${'number' in violation.invoice ? 'elle' : 'lui'}, donne d’autres lignes.`
      );
    case 'USAGE_NOT_CERTIFIED':
      return (
        `${named(violation.invoice)} : l’usage sur lequel repose ce document n’est pas celui que la ` +
        `mesure des comptes a certifié pour sa période.`
      );
    case 'ACCOUNT_DIFFERS':
      return (
        `${named(violation.invoice)} : ce document porte ${account(violation.borne)}, alors que ` +
        `l’approbation en vigueur le jour de son projet, le ${frenchDate(violation.draftedOn)}, donne ${account(violation.approved)}.`
      );
    case 'BALANCE_DIFFERS':
      return (
        `${named(violation.invoice)} et ses corrections : factures moins avoirs font ${amounts(violation.summed)}, ` +
        `le dernier calcul dit ${amounts(violation.told)}.`
      );
    case 'NUMBER_MISSING':
      return (
        `Facture ${violation.number} : rang ${formatCount(violation.sequence)} au lieu de ` +
        `${formatCount(violation.position)} dans sa série, un numéro manque avant le sien.`
      );
    case 'ISSUED_BEFORE_PREVIOUS':
      return (
        `Facture ${violation.number} : émise le ${frenchDate(violation.issuedOn)}, avant la précédente ` +
        `(${violation.previousNumber}, le ${frenchDate(violation.previousIssuedOn)}).`
      );
    case 'DOCUMENT_DIFFERS':
      return `Facture ${violation.number} : le document conservé manque, ou n’est pas celui qui a été émis.`;
    case 'XML_DIFFERS':
      return `Facture ${violation.number} : ses données électroniques (XML) disent autre chose que la facture enregistrée.`;
    case 'PAPER_DIFFERS':
      return `Facture ${violation.number} : son document (PDF) montre autre chose que la facture enregistrée, ou un texte de plus, ou contient d’autres données que les siennes.`;
    case 'CHAIN_BROKEN':
      return `Facture ${violation.number} : son document n’est pas chaîné à celui du numéro précédent, un document de la série a été remplacé ou retiré.`;
    case 'NOT_AS_ANCHORED':
      return `Série de factures : ${violation.found}`;
    case 'SERIES_COUNT_DIFFERS':
      return (
        `Série ${violation.series} : ${counted(violation.invoices)}, mais le compteur en est ` +
        `au rang ${formatCount(violation.lastSequence)}.`
      );
  }
}

const named = (invoice: InvoiceName) =>
  'number' in invoice ? `Facture ${invoice.number}` : `Projet de facture ${invoice.draftId}`;

const account = (iban: string) => (iban === '' ? 'aucun compte' : `le compte ${formatIban(iban)}`);

const amounts = ({ netCents, vatCents, totalCents }: InvoiceAmounts) =>
  `${formatEuros(netCents)} HT, ${formatEuros(vatCents)} de TVA et ${formatEuros(totalCents)} TTC`;

const counted = (invoices: number) =>
  `${formatCount(invoices)} ${invoices < 2 ? 'facture' : 'factures'}`;
