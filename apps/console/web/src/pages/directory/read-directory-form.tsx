import { useState } from 'react';
import { post } from '../../api.js';
import type { ImportStarted, Source } from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { useAction } from '../../parts/use-action.js';
import { navigate } from '../../router.js';
import { importPage } from './directory-paths.js';
import { SourceField } from './source-field.js';

/** Reads an academy's directory whole now; the page of the import then says how far it is. */
export function ReadDirectoryForm({
  sources,
  giveUp,
}: {
  sources: readonly Source[];
  giveUp: () => void;
}) {
  const [source, setSource] = useState(sources.length === 1 ? sources[0]!.sourceCode : '');
  const action = useAction();
  return (
    <DecisionForm
      title="Lire l’annuaire de l’académie"
      submit="Tout lire maintenant"
      action={action}
      giveUp={giveUp}
      decide={() =>
        action.attempt(async () => {
          const { importId } = await post<ImportStarted>('/api/support/imports', { source });
          navigate(importPage(importId));
        })
      }
    >
      <p>
        L’annuaire de l’académie est lu en entier et comparé au nôtre : qui n’y est plus s’en va.
        Les écoles qui changent plus que d’habitude attendent votre décision.
      </p>
      <SourceField hint="L’annuaire à lire." sources={sources} value={source} change={setSource} />
    </DecisionForm>
  );
}
