import { Fragment, useState } from 'react';
import { ButtonsGroup } from '@codegouvfr/react-dsfr/ButtonsGroup';
import { formatIban } from '#libs/identifiers';
import { get } from '../../api.js';
import type { Invoice } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { useSession } from '../../session-context.js';
import { count, date, euros, lineKind, period, unitPrice } from '../../words.js';
import { DraftAnswers, lastDay } from './draft-answers.js';
import { InvoiceCorrections } from './invoice-corrections.js';
import { Explanation } from './invoice-explanation.js';
import { InvoiceReplay } from './invoice-replay.js';
import { invoiceKind, isCredit } from './invoice-words.js';
import { InvoiceBadge, wayBack } from './invoices-page.js';

/** An invoice with its lines, and why each line is what it is (BIL-7). */
export function InvoicePage({ invoiceId }: { invoiceId: string }) {
  const session = useSession();
  const path = `/api/invoices/${encodeURIComponent(invoiceId)}`;
  const [round, setRound] = useState(0);
  const answer = useAnswer(`invoice ${invoiceId} ${round}`, () => get<Invoice>(path));
  const summary = answer.status === 'READY' ? answer.value.summary : undefined;
  const title = summary
    ? summary.number
      ? `${invoiceKind(summary)} ${summary.number}`
      : 'Projet de facture'
    : 'Facture';
  const crumbs = summary
    ? [
        wayBack(session, summary.membershipId),
        { label: 'Factures', href: `/collectivite/${summary.membershipId}/factures` },
      ]
    : [];
  return (
    <Page title={title} crumbs={crumbs}>
      <Answer of={answer}>
        {(invoice) => (
          <>
            <Head invoice={invoice} path={path} />
            <DraftAnswers key={round} {...{ invoice, path }} done={() => setRound(round + 1)} />
            <InvoiceCorrections {...{ invoice, path }} done={() => setRound(round + 1)} />
            <Lines invoice={invoice} />
            <Explanation membershipId={invoice.summary.membershipId} path={path} />
            <InvoiceReplay path={path} />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** Where Chorus Pro delivers it, and the member's own numbers, as of the day it was drafted (ADH-1). */
const recipientFacts = ({ recipient }: Invoice): [string, string][] =>
  (
    [
      ['SIRET du destinataire', recipient?.siret ?? ''],
      ['Code service', recipient?.serviceCode ?? ''],
      ['N° d’engagement', recipient?.purchaseOrderNumber ?? ''],
      ['N° de marché', recipient?.marketNumber ?? ''],
    ] as [string, string][]
  ).filter(([, value]) => value !== '');

/** Credit notes, what they took back whole, and what is paid fall due no more. */
const isOwed = ({ dueOn, settlement }: Invoice['summary']) => dueOn !== '' && settlement !== 'PAID';

function downloadOf(summary: Invoice['summary']): string {
  if (!summary.number) return 'Télécharger le projet de facture (PDF)';
  return `Télécharger ${isCredit(summary) ? 'l’avoir' : 'la facture'} (PDF)`;
}

function Head({ invoice, path }: { invoice: Invoice; path: string }) {
  const { summary, vatTotals } = invoice;
  return (
    <>
      <p className="fr-text--lead">
        {period(summary.period)} <InvoiceBadge {...summary} />
      </p>
      <dl className="facts fr-mb-3w">
        {summary.issuedOn && (
          <>
            <dt>Émise le</dt>
            <dd>
              {date(summary.issuedOn)}
              {summary.settlement === 'CREDITED' &&
                `, annulée par un avoir le ${date(summary.settledOn)} : rien n’est à payer`}
              {isOwed(summary) && `, à payer au plus tard le ${date(summary.dueOn)}`}
            </dd>
          </>
        )}
        {summary.status === 'DRAFT' && summary.contestableUntil && (
          <>
            <dt>Contestable</dt>
            <dd>jusqu’au {lastDay(summary.contestableUntil)} inclus</dd>
          </>
        )}
        {summary.status === 'WITHDRAWN' && (
          <>
            <dt>Retiré le</dt>
            <dd>
              {date(summary.withdrawnOn)} : {summary.withdrawalReason}
              {summary.replacedBy && (
                <>
                  {' '}
                  <Link href={`/factures/${summary.replacedBy}`}>Voir ce qui le remplace</Link>
                </>
              )}
            </dd>
          </>
        )}
        <dt>Montant HT</dt>
        <dd>{euros(summary.netCents)}</dd>
        {vatTotals.map((vat) => (
          <VatRow key={vat.vatBasisPoints} basisPoints={vat.vatBasisPoints} cents={vat.vatCents} />
        ))}
        <dt>Montant TTC</dt>
        <dd>
          <strong>{euros(summary.totalCents)}</strong>
        </dd>
        {recipientFacts(invoice).map(([label, value]) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
        {invoice.seller?.iban && (summary.status === 'DRAFT' || isOwed(summary)) && (
          <>
            <dt>À payer sur le compte</dt>
            <dd>{formatIban(invoice.seller.iban)}</dd>
          </>
        )}
      </dl>
      <ButtonsGroup
        inlineLayoutWhen="md and up"
        buttons={[
          {
            priority: 'secondary',
            iconId: 'fr-icon-download-line',
            linkProps: { href: `${path}/pdf`, download: true },
            children: downloadOf(summary),
          },
          ...(summary.status === 'FINALISED' ? [dataOf(path)] : []),
        ]}
      />
    </>
  );
}

/** Whoever books by machine takes it rather than the PDF that carries it. */
const dataOf = (path: string) =>
  ({
    priority: 'tertiary',
    iconId: 'fr-icon-code-s-slash-line',
    linkProps: { href: `${path}/xml`, download: true },
    children: 'Données pour un logiciel comptable (XML)',
  }) as const;

function VatRow({ basisPoints, cents }: { basisPoints: number; cents: string }) {
  return (
    <>
      <dt>TVA {(basisPoints / 100).toLocaleString('fr-FR')} %</dt>
      <dd>{euros(cents)}</dd>
    </>
  );
}

function Lines({ invoice }: { invoice: Invoice }) {
  return (
    <DataTable
      caption="Lignes"
      headers={[
        'Ligne',
        'Désignation',
        'Période',
        'Comptes',
        'Jours',
        'Prix annuel HT',
        'Montant HT',
      ]}
      numeric={[3, 4, 5, 6]}
      rows={invoice.lines.map((line) => ({
        key: String(line.line),
        cells: [
          line.line,
          <>
            {line.label}
            <br />
            <span className="fr-text--xs">{lineKind(line.kind)}</span>
          </>,
          period(line.period),
          line.quantity > 0 ? count(line.quantity) : '—',
          count(line.days),
          line.kind === 'DIFFERENCE' ? '—' : unitPrice(line.unitPriceTenThousandths),
          euros(line.netCents),
        ],
      }))}
    />
  );
}
