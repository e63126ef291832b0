import { useState } from 'react';
import type { Invoice } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { type Choice, DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { Link } from '../../router.js';
import { hasRole, useSession } from '../../session-context.js';
import { date } from '../../words.js';
import { counted, invoiceKind, isCredit } from './invoice-words.js';
import { InvoiceBadge } from './invoices-page.js';

type Of = { readonly invoice: Invoice; readonly path: string; readonly done: () => void };

/** What an invoice corrects and what corrects it, and whether it was paid: by that it is corrected (BIL-8). */
export function InvoiceCorrections({ invoice, path, done }: Of) {
  const session = useSession();
  const { summary, corrects, correctedBy, settlementReason } = invoice;
  const maySettle =
    hasRole(session, 'supplier') &&
    summary.status === 'FINALISED' &&
    !isCredit(summary) &&
    correctedBy.length === 0;
  const choices: Choice[] = (['PAID', 'REJECTED'] as const)
    .filter((state) => state !== summary.settlement)
    .map((state) => ({
      label: state === 'PAID' ? 'Indiquer le paiement' : 'Indiquer un rejet',
      form: (giveUp) => <SettlementForm {...{ state, path, done, giveUp }} />,
    }));
  return (
    <>
      {corrects && (
        <p>
          {sentences[summary.kind] ?? 'Corrige'} la facture{' '}
          <Link href={`/factures/${corrects.invoiceId}`}>{corrects.number}</Link> du{' '}
          {date(corrects.issuedOn)}. Motif&nbsp;: {corrects.reason}
        </p>
      )}
      {summary.settlement && (
        <p>
          {settlements[summary.settlement]} le {date(summary.settledOn)}
          {settlementReason &&
            (summary.settlement === 'REJECTED'
              ? ` : ${settlementReason}`
              : `. Le destinataire l’avait rejetée : ${settlementReason}`)}
        </p>
      )}
      {correctedBy.length > 0 && (
        <DataTable
          caption="Documents qui corrigent cette facture"
          headers={['Document', 'Numéro', 'Émis le', 'Montant TTC', 'État']}
          numeric={[3]}
          rows={correctedBy.map((one) => ({
            key: one.invoiceId,
            cells: [
              invoiceKind(one),
              <Link key="number" href={`/factures/${one.invoiceId}`}>
                {one.number || 'Projet'}
              </Link>,
              date(one.issuedOn),
              counted(one, one.totalCents),
              <InvoiceBadge key="status" {...one} />,
            ],
          }))}
        />
      )}
      {maySettle && <Decisions choices={choices} />}
    </>
  );
}

const settlements: Readonly<Record<string, string>> = {
  CREDITED: 'Annulée en entier par un avoir',
  PAID: 'Payée',
  REJECTED: 'Rejetée',
};

const sentences: Readonly<Record<string, string>> = {
  INVOICE: 'Remplace',
  COMPLEMENT: 'Porte sur ce qui reste dû au-delà de',
  CREDIT_NOTE: 'Annule en entier',
  CREDIT_OF_DIFFERENCE: 'Porte sur ce qui a été facturé en trop par',
};

/** As the supplier's accounts say; a rejection has its reason. */
function SettlementForm({
  state,
  path,
  done,
  giveUp,
}: {
  state: 'PAID' | 'REJECTED';
  path: string;
  done: () => void;
  giveUp: () => void;
}) {
  const [settledOn, setSettledOn] = useState('');
  const [reason, setReason] = useState('');
  const action = useAction();
  const { decide } = useDecide();
  const isPaid = state === 'PAID';
  const settle = () =>
    action.attempt(async () => {
      await decide(`${path}/settlement`, { state, settledOn, reason });
      done();
    });
  return (
    <DecisionForm
      title={isPaid ? 'Indiquer le paiement de la facture' : 'Indiquer le rejet de la facture'}
      submit="Enregistrer"
      {...{ action, giveUp }}
      decide={settle}
    >
      <p>
        {isPaid
          ? 'Payée, une facture se corrige par la différence : avoir partiel ou facture complémentaire.'
          : 'Rejetée, une facture est annulée par un avoir et remplacée, même si ses montants sont justes.'}
      </p>
      <DateField
        field="settledOn"
        label={isPaid ? 'Payée le' : 'Rejetée le'}
        value={settledOn}
        change={setSettledOn}
      />
      {!isPaid && (
        <TextField
          field="reason"
          label="Motif du rejet"
          hintText="Tel que le destinataire l’a donné."
          nativeInputProps={{
            name: 'reason',
            value: reason,
            required: true,
            maxLength: 500,
            onChange: (event) => setReason(event.target.value),
          }}
        />
      )}
    </DecisionForm>
  );
}
