import { SelectField, TextField } from './fields.js';

/** Why somebody decides: a code of a list, and the number of a ticket that may tell more. Never a name (SUP-4). */
export function ReasonFields({
  label = 'Motif',
  reasons,
  reason,
  chooseReason,
  ticket,
  changeTicket,
  ticketHint = 'Un numéro seulement : aucun nom de personne.',
  ticketMax = 40,
}: {
  label?: string;
  /** French words by code. */
  reasons: Readonly<Record<string, string>>;
  reason: string;
  chooseReason: (code: string) => void;
  ticket: string;
  changeTicket: (ticket: string) => void;
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
          value: reason,
          required: true,
          onChange: (event) => chooseReason(event.target.value),
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
