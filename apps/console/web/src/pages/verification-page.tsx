import { useState, type FormEvent } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Upload } from '@codegouvfr/react-dsfr/Upload';
import { post, upload } from '../api.js';
import type { StatementVerification } from '../api-types.js';
import { TextField } from '../parts/fields.js';
import { Mistakes } from '../parts/mistakes.js';
import { DataTable } from '../parts/data-table.js';
import { Page } from '../parts/page.js';
import { ProblemAlert } from '../parts/problem-alert.js';
import { useAction } from '../parts/use-action.js';
import { date, plural } from '../words.js';

const path = '/api/statements/verification';

/** Is this état des engagements the one that was given, and does the ledger still say so (ORD-7)? */
export function VerificationPage() {
  const [code, setCode] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<StatementVerification | null>(null);
  const { busy, problem, attempt } = useAction();
  const verify = (event: FormEvent) => {
    event.preventDefault();
    attempt(async () => {
      setFound(null);
      setFound(
        file
          ? await upload<StatementVerification>(path, file)
          : await post<StatementVerification>(
              `${path}?code=${encodeURIComponent(code.trim())}`,
              {},
            ),
      );
    });
  };
  return (
    <Page
      title="Vérifier un état des engagements"
      crumbs={[]}
      lead="Déposez le PDF reçu, ou recopiez le code imprimé sur la page : le registre des commandes est recalculé et comparé."
    >
      <Mistakes>
        <form onSubmit={verify} className="fr-mb-4w">
          <Upload
            label="Le fichier PDF"
            hint="2 Mo au plus."
            nativeInputProps={{
              accept: '.pdf,.json',
              onChange: (event) => setFile(event.target.files?.[0] ?? null),
            }}
            className="fr-mb-3w"
          />
          <TextField
            field="code"
            label="Ou le code imprimé"
            hintText="Par exemple A1B2C-D3E4F-…"
            disabled={file !== null}
            nativeInputProps={{
              name: 'code',
              maxLength: 40,
              autoComplete: 'off',
              value: code,
              onChange: (event) => setCode(event.target.value),
            }}
          />
          <Button type="submit" disabled={busy || (!file && code.trim() === '')}>
            Vérifier
          </Button>
        </form>
        <div aria-live="polite">
          {problem && <ProblemAlert problem={problem} />}
          {found && <Verdict found={found} />}
        </div>
      </Mistakes>
    </Page>
  );
}

const verdicts: Record<string, readonly ['success' | 'warning' | 'error', string]> = {
  GENUINE: ['success', 'Cet état est authentique'],
  ALTERED: ['error', 'Ce document a été modifié'],
  LEDGER_DIFFERS: ['error', 'Le registre ne dit plus la même chose'],
  UNKNOWN: ['warning', 'Cet état n’a jamais été délivré ici'],
};

function Verdict({ found }: { found: StatementVerification }) {
  const [severity, title] = verdicts[found.verdict] ?? ['warning', found.verdict];
  return (
    <div data-testid="verdict">
      <Alert className="fr-mb-3w" severity={severity} title={title} description={found.message} />
      {found.on && (
        <dl className="facts fr-mb-3w">
          <dt>Code</dt>
          <dd>
            <code>{found.code}</code>
          </dd>
          <dt>État au</dt>
          <dd>{date(found.on)}</dd>
          <dt>Contrôlé</dt>
          <dd>{plural(found.ordersChecked, 'commande recalculée', 'commandes recalculées')}</dd>
          {found.ordersSince + found.correctionsSince > 0 && (
            <>
              <dt>Depuis</dt>
              <dd>
                {plural(found.ordersSince, 'commande signée', 'commandes signées')} le même jour,{' '}
                {plural(found.correctionsSince, 'correction', 'corrections')} de ce jour
              </dd>
            </>
          )}
        </dl>
      )}
      {found.differences.length > 0 && (
        <DataTable
          caption="Ce qui diffère"
          headers={['Ligne', 'Sur le document', 'Selon le registre']}
          rows={found.differences.map(({ line, stated, recomputed }) => ({
            key: line,
            cells: [line, stated, recomputed],
          }))}
        />
      )}
    </div>
  );
}
