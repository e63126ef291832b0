import { useState } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Button } from '@codegouvfr/react-dsfr/Button';
import { Checkbox } from '@codegouvfr/react-dsfr/Checkbox';
import type { ErasuresPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { DateField } from '../../parts/fields.js';
import { Page } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { count, date, plural } from '../../words.js';
import { ErasureProof } from './erasure-proof.js';
import { PersonExportForm } from './person-export-form.js';

/** Who was erased and what proves it (SUP-4), and all that is held of one person (RGPD art. 15). Lists hold ids, no name. */
export function PersonalDataPage() {
  const [days, setDays] = useState({ from: '', to: '' });
  const [unexpectedOnly, setUnexpectedOnly] = useState(false);
  const [asked, setAsked] = useState('');
  const [proofs, setProofs] = useState(0);
  const query = { ...days, unexpectedOnly: String(unexpectedOnly), limit: 20 };
  return (
    <Page
      title="Données personnelles"
      crumbs={[]}
      lead="Qui a quitté toutes ses écoles est effacé partout dans les trois mois. Ici, la preuve de chaque effacement, et tout ce qui est détenu sur une personne qui le demande."
    >
      <h2 className="fr-h4">Effacements</h2>
      <div className="fr-grid-row fr-grid-row--gutters fr-grid-row--bottom fr-mb-2w">
        {(['from', 'to'] as const).map((bound) => (
          <div key={bound} className="fr-col-12 fr-col-md-3">
            <DateField
              field={bound}
              label={bound === 'from' ? 'Effacés du' : 'Avant le'}
              hint={bound === 'from' ? 'Ce jour compris' : 'Ce jour non compris'}
              required={false}
              value={days[bound]}
              change={(day) => setDays({ ...days, [bound]: day })}
            />
          </div>
        ))}
        <div className="fr-col-12 fr-col-md-6">
          <Checkbox
            small
            options={[
              {
                label: 'Seulement ceux dont il reste quelque chose d’inattendu',
                nativeInputProps: {
                  checked: unexpectedOnly,
                  onChange: (event) => setUnexpectedOnly(event.target.checked),
                },
              },
            ]}
          />
        </div>
      </div>
      <Paged<ErasuresPage>
        key={JSON.stringify(query)}
        path="/api/dpo/erasures"
        query={query}
        round={proofs}
      >
        {(page) => (
          <>
            <Due due={page.due} overdue={page.overdue} />
            <Erasures erasures={page.erasures} ask={setAsked} />
          </>
        )}
      </Paged>
      {/* Beside the list, which is asked again once this is there: within it, it would begin anew each time. */}
      {asked !== '' && (
        <ErasureProof
          key={asked}
          personId={asked}
          proved={() => setProofs((before) => before + 1)}
        />
      )}
      <h2 className="fr-h4 fr-mt-4w">Tout ce qui est détenu sur une personne</h2>
      <PersonExportForm />
    </Page>
  );
}

function Due({ due, overdue }: { due: number; overdue: number }) {
  return (
    <p>
      {due === 0
        ? 'Personne n’attend d’être effacé aujourd’hui.'
        : `${plural(due, 'personne attend d’être effacée', 'personnes attendent d’être effacées')} aujourd’hui.`}{' '}
      {overdue > 0 && (
        <Badge as="span" severity="error">
          {count(overdue)} en retard
        </Badge>
      )}
    </p>
  );
}

type ErasuresProps = {
  erasures: ErasuresPage['erasures'];
  ask: (personId: string) => void;
};

function Erasures({ erasures, ask }: ErasuresProps) {
  return (
    <DataTable
      caption="Effacements, le plus récent d’abord"
      headers={['Identifiant', 'Parti le', 'Effacé le', 'Preuve', 'Vérifier']}
      multiline={[0]}
      empty="Aucun effacement ne correspond."
      rows={erasures.map((erasure) => ({
        key: erasure.personId,
        cells: [
          <span key="id" className="cell--code">
            {erasure.personId}
          </span>,
          date(erasure.leftOn),
          date(erasure.erasedOn),
          <State key="state" provedAt={erasure.provedAt} unexpected={erasure.unexpected} />,
          <Button
            key="prove"
            priority="tertiary"
            size="small"
            title={`Vérifier maintenant l’effacement ${erasure.personId}`}
            onClick={() => ask(erasure.personId)}
          >
            Vérifier
          </Button>,
        ],
      }))}
    />
  );
}

function State({ provedAt, unexpected }: { provedAt: string; unexpected: number }) {
  if (provedAt === '') return 'Pas encore demandée';
  return (
    <Badge small noIcon as="span" severity={unexpected === 0 ? 'success' : 'error'}>
      {unexpected === 0
        ? `Prouvé le ${date(provedAt.slice(0, 10))}`
        : `${unexpected} inattendu${unexpected > 1 ? 's' : ''}`}
    </Badge>
  );
}
