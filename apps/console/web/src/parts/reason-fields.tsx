import { useState } from 'react';
import { SelectField, TextField } from './fields.js';

/** Why somebody decides: a code of a list, and the number of a ticket that may tell more. Never a name (SUP-4). */
export function useReason() {
  const [code, chooseCode] = useState('');
  const [ticket, changeTicket] = useState('');
  return {
    ...{ code, chooseCode, ticket, changeTicket },
    /** As it is sent. */
    sent: [code, ticket.trim()].filter(Boolean).join(' '),
  };
}
export type Reason = ReturnType<typeof useReason>;

export function ReasonFields({
  label = 'Motif',
  reasons,
  of: { code: chosen, chooseCode, ticket, changeTicket },
  ticketHint = 'Un numéro seulement : aucun nom de personne.',
  ticketMax = 40,
}: {
  label?: string;
  /** French words by code. */
  reasons: Readonly<Record<string, string>>;
  of: Reason;
  ticketHint?: string;
  ticketMax?: number;
}) {
  return (
    <>
      <SelectField
        field="reason"
        label={label}
        nativeSelectProps={{
          name: 'reason',
          value: chosen,
          required: true,
          onChange: (event) => chooseCode(event.target.value),
        }}
      >
        <option value="" disabled>
          Choisissez un motif
        </option>
        {Object.entries(reasons).map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </SelectField>
      <TextField
        field="ticket"
        label="Numéro de ticket (facultatif)"
        hintText={ticketHint}
        nativeInputProps={{
          name: 'ticket',
          value: ticket,
          maxLength: ticketMax,
          onChange: (event) => changeTicket(event.target.value),
        }}
      />
    </>
  );
}
