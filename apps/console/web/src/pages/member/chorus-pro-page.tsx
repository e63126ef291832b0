import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { get, post } from '../../api.js';
import type {
  BillingTerms,
  BillingTermsOf,
  ChorusProEntries,
  ChorusProRecorded,
  OrganisationFileShown,
} from '../../api-types.js';
import { BillingRhythm } from '../../parts/billing-rhythm.js';
import { missingInWords, newYearAfter, remindersInWords } from '../../parts/billing-terms-words.js';
import { DataTable } from '../../parts/data-table.js';
import { decisionKeys } from '../../parts/decision-keys.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField, TextField } from '../../parts/fields.js';
import { Answer } from '../../parts/page.js';
import { useAction } from '../../parts/use-action.js';
import { useAnswer } from '../../parts/use-answer.js';
import { hasRole, useSession } from '../../session-context.js';
import { date } from '../../words.js';
import { memberPath, MemberPage } from './member-page.js';

type ChorusPro = NonNullable<ChorusProEntries['entries'][number]['chorusPro']>;
type Known = { readonly version: number; readonly chorusPro: ChorusPro };

/** Where Chorus Pro delivers a member's invoices, and its numéro d'engagement of each civil year (ADH-1). */
export function ChorusProPage({ membershipId }: { membershipId: string }) {
  const { today } = useSession();
  const on = newYearAfter(today);
  const answer = useAnswer(`terms ${membershipId}`, () =>
    get<BillingTermsOf>(`${memberPath(membershipId)}/billing-terms`, { on }),
  );
  return (
    <MemberPage
      membershipId={membershipId}
      title="Chorus Pro"
      lead="Où le titulaire dépose vos factures, et les numéros qu’elles portent. Une facture porte les données en vigueur le jour où son projet est établi."
    >
      {() => (
        <Answer of={answer}>{({ terms }) => terms && <OfMember terms={terms} on={on} />}</Answer>
      )}
    </MemberPage>
  );
}

function OfMember({ terms, on }: { terms: BillingTerms; on: string }) {
  const session = useSession();
  const { marketCode } = terms;
  const path = `/api/organisations/${encodeURIComponent(terms.organisationId)}`;
  const [done, setDone] = useState('');
  const [round, setRound] = useState(0);
  const answer = useAnswer(`chorus-pro ${path} ${round}`, async () => ({
    file: await get<OrganisationFileShown>(path, { marketCode }),
    ...(await get<ChorusProEntries>(`${path}/chorus-pro`, { marketCode, limit: 50 })),
  }));
  const recorded = (words: string) => {
    setDone(words);
    setRound(round + 1);
  };
  const mayRecord = hasRole(session, 'member-orderer', 'member-finance', 'coordinator');
  return (
    <>
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      {!done && terms.missing.length > 0 && (
        <Alert
          className="fr-mb-3w"
          severity="warning"
          title={`À compléter avant le ${date(on)}`}
          description={`${missingInWords(terms.missing)}. Sans cela, vos factures peuvent être refusées ou mises en attente par vos services.${reminded(terms)}`}
        />
      )}
      <Answer of={answer}>
        {({ file, entries }) => (
          <>
            {mayRecord && file.chorusPro && (
              <Decisions
                key={round}
                choices={[
                  {
                    label: 'Enregistrer des données',
                    form: (giveUp) => (
                      <RecordForm
                        known={{ version: file.version, chorusPro: file.chorusPro }}
                        from={on}
                        {...{ path, marketCode, giveUp, recorded }}
                      />
                    ),
                  },
                ]}
              />
            )}
            {file.chorusPro && <InForce chorusPro={file.chorusPro} />}
            {file.billingRhythm && (
              <BillingRhythm
                key={`rhythm ${round}`}
                rhythms={file.billingRhythm}
                version={file.version}
                {...{ path, marketCode, mayRecord, recorded }}
              />
            )}
            <History entries={entries} />
          </>
        )}
      </Answer>
    </>
  );
}

const reminded = ({ reminders }: BillingTerms): string =>
  reminders.length === 0 ? '' : ` Rappelé le ${remindersInWords(reminders)}.`;

function InForce({ chorusPro }: { chorusPro: ChorusPro }) {
  return (
    <dl className="fr-mb-3w">
      <dt className="fr-text--bold">SIRET du destinataire</dt>
      <dd>{chorusPro.recipientSiret || '—'}</dd>
      <dt className="fr-text--bold">Code service</dt>
      <dd>{chorusPro.serviceCode || '—'}</dd>
      <dt className="fr-text--bold">Numéro d’engagement</dt>
      <dd>{chorusPro.purchaseOrderNumber || '—'}</dd>
      <dt className="fr-text--bold">Numéro de marché</dt>
      <dd>{chorusPro.marketNumber || '—'}</dd>
    </dl>
  );
}

function History({ entries }: Pick<ChorusProEntries, 'entries'>) {
  return (
    <DataTable
      caption="Données enregistrées, les plus récentes d’abord"
      headers={['À partir du', 'SIRET', 'Service', 'Engagement', 'Marché', 'Enregistrées le']}
      empty="Rien n’a été enregistré depuis l’adhésion : vos factures portent les données de la demande d’adhésion."
      rows={entries.map(({ validFrom, chorusPro, recordedOn }, index) => ({
        key: `${validFrom} ${index}`,
        cells: [
          date(validFrom),
          chorusPro?.recipientSiret || '—',
          chorusPro?.serviceCode || '—',
          chorusPro?.purchaseOrderNumber || '—',
          chorusPro?.marketNumber || '—',
          date(recordedOn),
        ],
      }))}
    />
  );
}

/** All four together, filled in with what is in force: what is left as it stands stays so. */
function RecordForm({
  known: { version, chorusPro },
  from,
  path,
  marketCode,
  giveUp,
  recorded,
}: {
  known: Known;
  from: string;
  path: string;
  marketCode: string;
  giveUp: () => void;
  recorded: (words: string) => void;
}) {
  const [validFrom, setValidFrom] = useState(from);
  const [values, setValues] = useState(chorusPro);
  const [underKey] = useState(decisionKeys);
  const action = useAction();
  const record = () =>
    action.attempt(async () => {
      const body = { marketCode, validFrom, chorusPro: values };
      await underKey([path, version, body], (idempotencyKey) =>
        post<ChorusProRecorded>(`${path}/chorus-pro`, body, { idempotencyKey, version }),
      );
      recorded(`Enregistré : les factures établies à partir du ${date(validFrom)} le porteront.`);
    });
  const field = (name: keyof ChorusPro & string, label: string, hint: string, max: number) => (
    <TextField
      field={`chorusPro.${name}`}
      label={label}
      hintText={hint}
      nativeInputProps={{
        value: String(values[name] ?? ''),
        maxLength: max,
        onChange: (event) => setValues({ ...values, [name]: event.target.value }),
      }}
    />
  );
  return (
    <DecisionForm
      title="Enregistrer les données Chorus Pro"
      submit="Enregistrer"
      {...{ action, giveUp }}
      decide={record}
    >
      <DateField
        field="validFrom"
        label="À partir du"
        hint="Premier jour où elles valent ; un nouveau numéro d’engagement vaut d’ordinaire au 1er janvier."
        value={validFrom}
        change={setValidFrom}
      />
      {field(
        'recipientSiret',
        'SIRET du destinataire',
        'Quatorze chiffres : celui de la structure qui reçoit vos factures sur Chorus Pro.',
        20,
      )}
      {field('serviceCode', 'Code service', 'Si votre structure en exige un.', 100)}
      {field(
        'purchaseOrderNumber',
        'Numéro d’engagement',
        'Celui que votre comptabilité donne pour l’année.',
        50,
      )}
      {field('marketNumber', 'Numéro de marché', 'Le vôtre, s’il doit figurer sur la facture.', 50)}
    </DecisionForm>
  );
}
