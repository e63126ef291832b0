import { useState } from 'react';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { lookReasons } from '../words.js';
import { SelectField, TextField } from './fields.js';

/** Why a person of support looks; empty where none is asked. */
export type StatedLook = { readonly reason?: string; readonly ticket?: string };

/** Nothing is shown before the reason is given: it goes to the journal with the look (SUP-2). */
export function LookReasonForm({ look }: { look: (why: StatedLook) => void }) {
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
      <SelectField
        field="reason"
        label="Motif"
        hint="Pourquoi consultez-vous ? La consultation est inscrite au journal avec son motif."
        nativeSelectProps={{
          name: 'reason',
          value: reason,
          required: true,
          onChange: (event) => setReason(event.target.value),
        }}
      >
        <option value="" disabled>
          Choisir…
        </option>
        {Object.entries(lookReasons).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
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
      <Button type="submit">Afficher les deux fiches</Button>
    </form>
  );
}
