import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import type { InvoicesToMendPage, InvoiceToMend } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { type Choice, DecisionForm, Decisions } from '../../parts/decisions.js';
import { TextField } from '../../parts/fields.js';
import { OfMarket } from '../../parts/market-choice.js';
import { Paged } from '../../parts/paged.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { Link } from '../../router.js';
import { date, euros, period } from '../../words.js';
import { invoiceKind } from '../invoice/invoice-words.js';
import { LineChanges } from '../invoice/line-changes.js';
import { SupplierPage } from './supplier-page.js';

/** Facts that came after an invoice: what is to be mended, proposed by one person and decided by another (BIL-8). */
export function CorrectionsPage() {
  return (
    <SupplierPage
      title="Corrections"
      lead="Factures émises que des faits ultérieurs contredisent, ou que leur destinataire a rejetées. Une personne propose la correction, une autre l’approuve : les avoirs sont alors émis, les factures établies en projet."
    >
      <OfMarket>{(market) => <ToMend key={market} market={market} />}</OfMarket>
    </SupplierPage>
  );
}

function ToMend({ market }: { market: string }) {
  const [done, setDone] = useState('');
  return (
    <>
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      <Paged<InvoicesToMendPage>
        path="/api/billing/invoices-to-mend"
        query={{ marketCode: market, limit: 20 }}
      >
        {({ invoices }, reload) =>
          invoices.length === 0 ? (
            <p>Aucune facture émise n’est à corriger.</p>
          ) : (
            invoices.map((one) => (
              <OneToMend
                key={one.invoice.invoiceId}
                one={one}
                done={(words) => {
                  setDone(words);
                  reload();
                }}
              />
            ))
          )
        }
      </Paged>
    </>
  );
}

type Deciding = { readonly one: InvoiceToMend; readonly done: (words: string) => void };

function OneToMend({ one, done }: Deciding) {
  const { invoice, organisationName, was, is, difference, documents, proposal, problem } = one;
  return (
    <section className="fr-mb-6w" data-testid="invoice-to-mend">
      <h2 className="fr-h5">
        {organisationName}&nbsp;: facture{' '}
        <Link href={`/factures/${invoice.invoiceId}`}>{invoice.number}</Link>
      </h2>
      {problem && <Alert small severity="error" className="fr-mb-2w" description={problem} />}
      {was && is && difference && (
        <DataTable
          caption={`Période ${period(invoice.period)}`}
          headers={['', 'HT', 'TVA', 'TTC']}
          numeric={[1, 2, 3]}
          rows={(
            [
              ['Facturé, avoirs déduits', was],
              ['Dû d’après les faits connus', is],
              ['Écart', difference],
            ] as const
          ).map(([label, amounts]) => ({
            key: label,
            cells: [
              label,
              euros(amounts.netCents),
              euros(amounts.vatCents),
              <strong key="total">{euros(amounts.totalCents)}</strong>,
            ],
          }))}
        />
      )}
      <LineChanges lines={one.lines} />
      {documents.length > 0 && (
        <>
          <p className="fr-mb-1w">À émettre&nbsp;:</p>
          <ul>
            {documents.map(({ kind, revision, amounts, correctsNumber }) => (
              <li key={kind}>
                {kind === 'INVOICE'
                  ? `Facture de remplacement (version ${revision + 1})`
                  : invoiceKind({ kind })}{' '}
                de {euros(amounts?.totalCents ?? '0')} TTC
                {correctsNumber !== invoice.number &&
                  `, qui annule la facture complémentaire n° ${correctsNumber}, rejetée`}
              </li>
            ))}
          </ul>
        </>
      )}
      {proposal && (
        <p>
          Correction proposée le {date(proposal.proposedOn)}, à décider avant le{' '}
          {date(proposal.expiresOn)}
          {proposal.isOwn ? ' par une autre personne que vous.' : '.'}
        </p>
      )}
      <Decisions choices={choicesOf({ one, done })} />
    </section>
  );
}

function choicesOf({ one, done }: Deciding): Choice[] {
  const { proposal, documents } = one;
  if (!proposal) {
    if (documents.length === 0) return [];
    return [
      {
        label: 'Proposer la correction',
        form: (giveUp) => <ProposeForm {...{ one, done, giveUp }} />,
      },
    ];
  }
  const decision = (label: string, outcome: Outcome): Choice => ({
    label,
    form: (giveUp) => <DecideForm {...{ one, done, giveUp, outcome, label }} />,
  });
  return proposal.isOwn
    ? [decision('Retirer ma proposition', 'WITHDRAWN')]
    : [decision('Approuver et émettre', 'APPROVED'), decision('Rejeter', 'REJECTED')];
}

function ProposeForm({ one, done, giveUp }: Deciding & { giveUp: () => void }) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const propose = () =>
    action.attempt(async () => {
      await decide(`/api/invoices/${encodeURIComponent(one.invoice.invoiceId)}/correction`, {
        reason,
      });
      done('La correction est proposée : une autre personne du titulaire en décide.');
    });
  return (
    <DecisionForm
      title={`Proposer la correction de la facture ${one.invoice.number}`}
      submit="Proposer"
      {...{ action, giveUp }}
      decide={propose}
    >
      <ReasonField
        label="Motif"
        hint="Imprimé sur l’avoir et sur la facture : le membre le lit."
        max={500}
        {...{ reason, setReason }}
      />
    </DecisionForm>
  );
}

type Outcome = 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
const doneWords: Readonly<Record<Outcome, string>> = {
  APPROVED: 'La correction est approuvée : ses avoirs sont émis, ses factures établies en projet.',
  REJECTED: 'La correction est rejetée.',
  WITHDRAWN: 'La proposition est retirée.',
};

function DecideForm({
  one,
  done,
  giveUp,
  outcome,
  label,
}: Deciding & { giveUp: () => void; outcome: Outcome; label: string }) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const { proposalId = '', digest = '' } = one.proposal ?? {};
  const send = () =>
    action.attempt(async () => {
      const path = `/api/billing/corrections/${encodeURIComponent(proposalId)}/decision`;
      await decide(path, { outcome, digest, reason });
      done(doneWords[outcome]);
    });
  return (
    <DecisionForm
      title={`${label} : facture ${one.invoice.number}`}
      submit={label}
      {...{ action, giveUp }}
      decide={send}
    >
      {outcome === 'APPROVED' && (
        <p>
          Un avoir émis ne se reprend pas. Ce que vous approuvez est ce que montre cette page : si
          un fait arrive entre-temps, rien n’est émis.
        </p>
      )}
      {outcome === 'REJECTED' && (
        <ReasonField
          label="Motif du rejet"
          hint="La personne qui a proposé le lit."
          max={1000}
          {...{ reason, setReason }}
        />
      )}
    </DecisionForm>
  );
}

function ReasonField({
  label,
  hint,
  max,
  reason,
  setReason,
}: {
  label: string;
  hint: string;
  max: number;
  reason: string;
  setReason: (reason: string) => void;
}) {
  return (
    <TextField
      field="reason"
      label={label}
      hintText={hint}
      nativeInputProps={{
        name: 'reason',
        value: reason,
        required: true,
        maxLength: max,
        onChange: (event) => setReason(event.target.value),
      }}
    />
  );
}
