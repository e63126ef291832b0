import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Upload } from '@codegouvfr/react-dsfr/Upload';
import type { PricesProposed, Proposal } from '../../api-types.js';
import { AgreedTerms } from '../../parts/agreed.js';
import { DecisionForm, Decisions } from '../../parts/decisions.js';
import { DateField, PaperField, TextField } from '../../parts/fields.js';
import { OfMarket } from '../../parts/market-choice.js';
import { ProblemAlert } from '../../parts/problem-alert.js';
import { PriceEffects } from '../../parts/price-effects.js';
import { PriceChanges, proposalPath, Proposals, proposalSubject } from '../../parts/proposals.js';
import { useAction } from '../../parts/use-action.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';
import { date } from '../../words.js';
import { RevisionForm } from './revision-form.js';
import { SupplierPage } from './supplier-page.js';

/** The supplier proposes its prices and its account; a coordinator verifies them against the paper (BIL-2). */
export function AgreementsPage() {
  return (
    <SupplierPage
      title="Prix et compte bancaire"
      lead="Vous proposez, avec la pièce qui le prouve ; le coordinateur vérifie et approuve. Rien ne vaut avant, et les membres en sont informés sur leur page."
    >
      <OfMarket>{(market) => <Agreements key={market} market={market} />}</OfMarket>
    </SupplierPage>
  );
}

function Agreements({ market }: { market: string }) {
  const [done, setDone] = useState('');
  const [round, setRound] = useState(0);
  const { busy, problem, attempt } = useAction();
  const { decide } = useDecide();
  const tell = (words: string) => {
    setDone(words);
    setRound(round + 1);
  };
  const withdraw = (proposal: Proposal) =>
    attempt(async () => {
      await decide(proposalPath(proposal.proposalId, '/withdrawal'), {});
      tell('La proposition est retirée.');
    });
  return (
    <>
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
        {problem && <ProblemAlert problem={problem} />}
      </div>
      <Decisions
        key={`decisions ${round}`}
        choices={[
          {
            label: 'Proposer des prix',
            form: (giveUp) => <PricesForm market={market} giveUp={giveUp} done={tell} />,
          },
          {
            label: 'Réviser par la formule',
            form: (giveUp) => <RevisionForm market={market} giveUp={giveUp} done={tell} />,
          },
          {
            label: 'Proposer un compte bancaire',
            form: (giveUp) => <AccountForm market={market} giveUp={giveUp} done={tell} />,
          },
        ]}
      />
      <AgreedTerms market={market} />
      <Proposals
        key={`proposals ${round}`}
        market={market}
        act={(proposal) =>
          proposal.state === 'OPEN' && proposal.isOwn ? (
            <Button
              size="small"
              priority="secondary"
              disabled={busy}
              nativeButtonProps={{
                'aria-label': `Retirer la proposition du ${date(proposal.proposedOn)}, ${proposalSubject(proposal)}`,
              }}
              onClick={() => withdraw(proposal)}
            >
              Retirer
            </Button>
          ) : null
        }
      />
    </>
  );
}

type FormProps = { market: string; giveUp: () => void; done: (words: string) => void };

/** First what the file changes, then the same file with its paper. */
function PricesForm({ market, giveUp, done }: FormProps) {
  const [file, setFile] = useState<File | null>(null);
  const [judged, setJudged] = useState<PricesProposed | null>(null);
  const changes = judged?.changes;
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { deposit, send } = useDecide();
  const path = (more: Record<string, string>) =>
    `/api/billing/proposals/prices?${new URLSearchParams({ marketCode: market, ...more })}`;
  const propose = () =>
    action.attempt(async () => {
      if (!file) return;
      if (!changes) {
        setJudged(await send<PricesProposed>(path({ dryRun: 'true' }), file));
        return;
      }
      const title = 'Bordereau des prix unitaires';
      const documentId = await deposit({ market, kind: 'BPU', title }, paper);
      await send<PricesProposed>(path({ documentId }), file);
      done('Les prix sont proposés : le coordinateur les vérifie contre le BPU.');
    });
  const isNothing = changes?.length === 0;
  return (
    <DecisionForm
      title="Proposer des prix"
      submit={changes ? 'Proposer ces prix' : 'Voir ce qui changerait'}
      action={action}
      giveUp={giveUp}
      decide={propose}
    >
      <Upload
        className="fr-mb-3w"
        label="Le fichier des prix"
        hint="Tableau XLSX, ODS ou CSV, une ligne par prix, avec quatre colonnes : Article, À partir du, Prix unitaire HT, TVA (%). 200 ko au plus."
        nativeInputProps={{
          accept: '.csv,.xlsx,.ods',
          required: true,
          onChange: ({ target }) => {
            setFile(target.files?.[0] ?? null);
            setJudged(null);
          },
        }}
      />
      {changes && <PriceChanges changes={changes} />}
      {judged && <PriceEffects effects={judged.effects} />}
      {changes && !isNothing && (
        <PaperField
          label="Le bordereau signé (BPU)"
          hint="La pièce contre laquelle le coordinateur vérifie ces prix."
          paper={paper}
          change={setPaper}
        />
      )}
    </DecisionForm>
  );
}

function AccountForm({ market, giveUp, done }: FormProps) {
  const [iban, setIban] = useState('');
  const [effectiveFrom, setEffectiveFrom] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const propose = () =>
    action.attempt(async () => {
      const title = 'Relevé d’identité bancaire';
      const documentId = await deposit({ market, kind: 'RIB', title }, paper);
      const account = { marketCode: market, iban, effectiveFrom, documentId };
      await decide<Proposal>('/api/billing/proposals/supplier-account', account);
      done('Le compte est proposé : le coordinateur le vérifie contre le RIB.');
    });
  return (
    <DecisionForm
      title="Proposer un compte bancaire"
      submit="Proposer ce compte"
      action={action}
      giveUp={giveUp}
      decide={propose}
    >
      <div className="fr-grid-row fr-grid-row--gutters fr-mb-1w">
        <div className="fr-col-12 fr-col-md-8">
          <TextField
            field="iban"
            label="IBAN"
            hintText="Tel qu’il est écrit sur le RIB, avec ou sans espaces."
            nativeInputProps={{
              name: 'iban',
              value: iban,
              required: true,
              maxLength: 60,
              autoComplete: 'off',
              onChange: (event) => setIban(event.target.value),
            }}
          />
        </div>
        <div className="fr-col-12 fr-col-md-4">
          <DateField
            field="effectiveFrom"
            label="À partir du"
            hint="Les factures établies avant gardent leur compte."
            value={effectiveFrom}
            change={setEffectiveFrom}
          />
        </div>
      </div>
      <PaperField label="Le RIB numérisé" paper={paper} change={setPaper} />
    </DecisionForm>
  );
}
