import { useState } from 'react';
import { likeness, reasonsInWords } from '#libs/trade';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { MergesPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DecisionForm } from '../../parts/decisions.js';
import { Outcome } from '../../parts/outcome.js';
import { Paged } from '../../parts/paged.js';
import { useAction } from '../../parts/use-action.js';
import { useDecide } from '../../parts/use-decide.js';
import { Link } from '../../router.js';
import { date, schoolsInWords } from '../../words.js';
import { doublePage } from './directory-paths.js';

type Merge = MergesPage['merges'][number];

/** Who was made one, the newest first; each can be parted again, exactly (DIR-2). */
export function Merges() {
  const [toUndo, setToUndo] = useState<Merge | null>(null);
  const [outcome, setOutcome] = useState('');
  // What people answered is little; imports recognise thousands.
  const [decidedBy, setDecidedBy] = useState('PERSON');
  return (
    <>
      <Outcome words={outcome} />
      <Select
        label="Décidées par"
        nativeSelectProps={{
          value: decidedBy,
          onChange: (event) => {
            setToUndo(null);
            setDecidedBy(event.target.value);
          },
        }}
      >
        <option value="PERSON">Une personne</option>
        <option value="IMPORT">Un import, sans demander</option>
      </Select>
      <Paged<MergesPage>
        key={decidedBy}
        path="/api/support/merges"
        query={{ limit: 20, decidedBy }}
      >
        {({ merges }, reload) => (
          <>
            {toUndo && (
              <UndoingForm
                key={toUndo.mergeId}
                merge={toUndo}
                giveUp={() => setToUndo(null)}
                done={() => {
                  setToUndo(null);
                  setOutcome('La réunion est défaite : ce sont de nouveau deux personnes.');
                  reload();
                }}
              />
            )}
            <MergesTable
              merges={merges}
              choose={(merge) => {
                setOutcome('');
                setToUndo(merge);
              }}
            />
          </>
        )}
      </Paged>
    </>
  );
}

function MergesTable({
  merges,
  choose,
}: {
  merges: readonly Merge[];
  choose: (merge: Merge) => void;
}) {
  return (
    <DataTable
      hideCaption
      caption="Réunions, de la plus récente à la plus ancienne"
      headers={['Réunies le', 'Écoles', 'Pourquoi', 'Fiches', 'État']}
      multiline={[1, 2]}
      empty="Aucune réunion."
      rows={merges.map((merge) => ({
        key: merge.mergeId,
        cells: [
          date(merge.mergedOn),
          schoolsInWords(merge.uais, merge.schools) || '—',
          <span key="reasons" className="cell--text">
            {`${likeness(merge.score)}. ${reasonsInWords(merge.reasons)}`}
          </span>,
          <Sides key="open" merge={merge} />,
          merge.undoneOn ? (
            `Défaite le ${date(merge.undoneOn)}`
          ) : (
            <Button
              key="undo"
              size="small"
              priority="secondary"
              nativeButtonProps={{
                'aria-label': `Défaire la réunion du ${date(merge.mergedOn)}, ${schoolsInWords(merge.uais, merge.schools)}`,
              }}
              onClick={() => choose(merge)}
            >
              Défaire
            </Button>
          ),
        ],
      }))}
    />
  );
}

/** Whom an import recognised has no file of its own before the two are parted. */
function Sides({ merge }: { merge: Merge }) {
  if (merge.decidedBy === 'IMPORT' && !merge.undoneOn) return 'Une seule fiche';
  return (
    <Link
      href={doublePage(merge.pairId)}
      aria-label={`Revoir les deux fiches réunies le ${date(merge.mergedOn)}`}
    >
      Revoir
    </Link>
  );
}

function UndoingForm({
  merge: { mergeId, mergedOn },
  done,
  giveUp,
}: {
  merge: Merge;
  done: () => void;
  giveUp: () => void;
}) {
  const action = useAction();
  const { decide } = useDecide();
  const undo = () =>
    action.attempt(async () => {
      await decide(`/api/support/merges/${encodeURIComponent(mergeId)}/undoing`, {});
      done();
    });
  return (
    <DecisionForm
      title={`Défaire la réunion du ${date(mergedOn)}`}
      submit="Défaire la réunion"
      action={action}
      decide={undo}
      giveUp={giveUp}
    >
      <p>
        Chacune retrouve ses identifiants, ses places et ses proches. La question ne sera plus posée
        pour ces deux personnes.
      </p>
    </DecisionForm>
  );
}
