import { useState } from 'react';
import { post } from '../api.js';
import { ldapReasons, type LdapReason } from '../words.js';
import { DecisionForm } from './decisions.js';
import { SelectField } from './fields.js';
import { useAction } from './use-action.js';

/** Closes an LDAP access at once, for a reason of the list. */
export function LdapWithdrawal({
  path,
  reasons,
  giveUp,
  recorded,
}: {
  path: string;
  reasons: readonly LdapReason[];
  giveUp: () => void;
  recorded: (words: string) => void;
}) {
  const [reason, setReason] = useState('');
  const action = useAction();
  const close = () =>
    action.attempt(async () => {
      await post(path, { reason });
      recorded('L’accès est fermé : plus aucune connexion ne reçoit de réponse.');
    });
  return (
    <DecisionForm
      title="Fermer l’accès LDAP"
      submit="Fermer l’accès"
      {...{ action, giveUp }}
      decide={close}
    >
      <p>
        L’effet est immédiat et le mot de passe est perdu. Pour rouvrir, il faudra une nouvelle
        décision du responsable de traitement.
      </p>
      <SelectField
        field="reason"
        label="Motif"
        nativeSelectProps={{
          value: reason,
          required: true,
          onChange: (event) => setReason(event.target.value),
        }}
      >
        <option value="" disabled>
          Choisir un motif
        </option>
        {reasons.map((one) => (
          <option key={one} value={one}>
            {ldapReasons[one]}
          </option>
        ))}
      </SelectField>
    </DecisionForm>
  );
}
