import { formatCount, formatEuros, plural } from '#libs/money';
import { frenchDate, frenchPeriod } from '#libs/time';
import { type Invoice, isCredit, isDifference } from '../domain/invoice.js';
import type { InvoiceAmounts, InvoiceViolation } from '../domain/invoice-violation.js';

/** What was calculated again, from what, and what came of it: ten sentences at most, for who pays. */
export function replayInFrench(
  invoice: Invoice,
  replayed: InvoiceAmounts & { readonly lines: readonly unknown[] },
  documentSha256: string,
  violations: readonly InvoiceViolation[],
): string[] {
  const { lines, evidence, basis } = invoice;
  return [
    `${nameOf(invoice)}, période ${frenchPeriod(invoice.period)} : ${plural(lines.length, 'ligne', 'lignes')}, ${inWords(invoice)}.`,
    `Reprise de ce qui était connu alors : version ${evidence.membershipVersion} de l’adhésion, ${ledgerWords(invoice)}, prix en version ${evidence.priceVersion}.`,
    ...(basis === 'METERED' ? [usageSentence(invoice)] : []),
    isDifference(invoice)
      ? `Nouveau calcul de l’écart, d’après ce qui est dû et ce qui était déjà facturé : ${inWords(replayed)}.`
      : `Nouveau calcul : ${plural(replayed.lines.length, 'ligne', 'lignes')}, ${inWords(replayed)}.`,
    paperSentence(invoice, documentSha256),
    violations.length === 0
      ? 'Tout concorde, au centime.'
      : `${plural(violations.length, 'écart', 'écarts')} : signalez-le au titulaire, et à l’assistance si le document n’est plus celui qui a été émis.`,
  ];
}

const nameOf = (invoice: Invoice): string => {
  if (invoice.status !== 'FINALISED') return 'Projet de facture';
  const what = isCredit(invoice.kind) ? 'Avoir' : 'Facture';
  return `${what} n° ${invoice.number} du ${frenchDate(invoice.issuedOn)}`;
};

const inWords = ({ netCents, vatCents, totalCents }: InvoiceAmounts): string =>
  `${formatEuros(netCents)} HT, ${formatEuros(vatCents)} de TVA, ${formatEuros(totalCents)} TTC`;

function ledgerWords({ evidence: { ledgerPosition, ledgerHead } }: Invoice): string {
  if (ledgerPosition === 0) return 'registre des commandes vide';
  return `registre des commandes jusqu’à sa position ${formatCount(ledgerPosition)} (empreinte ${ledgerHead})`;
}

function usageSentence({ evidence: { certificate } }: Invoice): string {
  if (certificate === undefined) return 'Usage : aucun certificat de mesure n’est nommé.';
  const { certifiedOn, revision, sha256 } = certificate;
  return `Usage : certificat de mesure du ${frenchDate(certifiedOn)}, révision ${revision}, empreinte ${sha256}.`;
}

const paperSentence = (invoice: Invoice, sha256: string): string =>
  invoice.status === 'FINALISED'
    ? `Comparés aussi : le document tel qu’émis (empreinte SHA-256 ${sha256}), ses données XML terme à terme, et sa place derrière le numéro précédent.`
    : 'Rien n’est émis : le document d’un projet est établi à la demande.';
