import { useState } from 'react';
import { Upload } from '@codegouvfr/react-dsfr/Upload';
import type { AmendmentProposal } from '../../api-types.js';
import { DecisionForm } from '../../parts/decisions.js';
import { DateField, PaperField, TextField } from '../../parts/fields.js';
import { useAction } from '../../parts/use-action.js';
import { noPaper, useDecide } from '../../parts/use-decide.js';

/** The signed amendment, and the market's file as it leaves it; membership says what that changes, and whether it may. */
export function AmendmentForm({
  market,
  done,
  giveUp,
}: {
  market: string;
  done: (words: string) => void;
  giveUp: () => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [number, setNumber] = useState('');
  const [effectiveOn, setEffectiveOn] = useState('');
  const [paper, setPaper] = useState(noPaper);
  const action = useAction();
  const { decide, deposit } = useDecide();
  const propose = () =>
    action.attempt(async () => {
      const content = (await file?.text()) ?? '';
      const documentId = await deposit({ market, kind: 'AMENDMENT', title: number.trim() }, paper);
      const proposed = await decide<AmendmentProposal>(
        `/api/markets/${encodeURIComponent(market)}/amendment-proposals`,
        { content, documentId, number: number.trim(), signedOn: paper.datedOn, effectiveOn },
      );
      done(
        `« ${proposed.number} » est proposé : une autre personne de la coordination le vérifie à son tour.`,
      );
    });
  return (
    <DecisionForm
      title="Proposer un avenant"
      submit="Proposer l’avenant"
      action={action}
      giveUp={giveUp}
      decide={propose}
    >
      <p>Rien ne change avant qu’une autre personne de la coordination ne l’ait approuvé.</p>
      <TextField
        field="number"
        label="Numéro de l’avenant"
        hintText="Comme sur la pièce, par exemple « Avenant n° 1 »."
        nativeInputProps={{
          name: 'number',
          value: number,
          required: true,
          maxLength: 60,
          onChange: (event) => setNumber(event.target.value),
        }}
      />
      <PaperField label="L’avenant signé" paper={paper} change={setPaper} />
      <Upload
        className="fr-mb-3w"
        label="Le fichier du marché, tel que l’avenant le laisse"
        hint="JSON ou YAML, 200 ko au plus."
        nativeInputProps={{
          accept: '.json,.yaml,.yml',
          required: true,
          onChange: ({ target }) => setFile(target.files?.[0] ?? null),
        }}
      />
      <DateField
        field="effectiveOn"
        label="Prend effet le"
        hint="Le premier jour sous les nouveaux termes."
        value={effectiveOn}
        change={setEffectiveOn}
      />
    </DecisionForm>
  );
}
