import { useState, type ReactNode } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { TextField } from './fields.js';
import { LookReasonField } from './look-reason-field.js';

/** Why a person of support looks; empty where none is asked. */
export type StatedLook = { readonly reason?: string; readonly ticket?: string };

/** Nothing is shown before the reason is given: it goes to the journal with the look (SUP-2). */
export function LookReasonForm({
  submit,
  look,
  children,
}: {
  submit: string;
  look: (why: StatedLook) => void;
  /** What else is asked, before the reason. */
  children?: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const [ticket, setTicket] = useState('');
  return (
    <form
      aria-label="Pourquoi consultez-vous ?"
      onSubmit={(event) => {
        event.preventDefault();
        look({ reason, ticket: ticket.trim() });
      }}
    >
      {children}
      <LookReasonField
        hint="Pourquoi consultez-vous ? La consultation est inscrite au journal avec son motif."
        value={reason}
        change={setReason}
      />
      <TextField
        field="ticket"
        label={reason === 'TICKET' ? 'Numéro du dossier' : 'Numéro du dossier (facultatif)'}
        hintText="Lettres, chiffres et tirets. Aucun nom de personne."
        nativeInputProps={{
          name: 'ticket',
          value: ticket,
          maxLength: 30,
          pattern: '[A-Za-z0-9\\-]{1,30}',
          required: reason === 'TICKET',
          onChange: (event) => setTicket(event.target.value),
        }}
      />
      <Button type="submit">{submit}</Button>
    </form>
  );
}
