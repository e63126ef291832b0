import { useState } from 'react';
import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { Select } from '@codegouvfr/react-dsfr/Select';
import { get } from '../../api.js';
import type { ApplicationsPage, Campaign, InvitationsPage } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer, Figure } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { useAnswer } from '../../parts/use-answer.js';
import { Link } from '../../router.js';
import { count, date, invitationState, kind, letterVerdict, membershipState } from '../../words.js';
import { GroupPage } from './group-page.js';

/** Who was invited, who answered, and what awaits the coordinator's decision (ADH-2, ADH-3). */
export function AdhesionsPage() {
  return (
    <GroupPage title="Adhésions en cours">
      {(market) => (
        <div key={market}>
          <CampaignFigures market={market} />
          <h2 className="fr-h4">Demandes qui attendent votre décision</h2>
          <Applications market={market} query={{ status: 'APPLIED' }} />
          <AllApplications market={market} />
          <Reminders market={market} />
        </div>
      )}
    </GroupPage>
  );
}

function CampaignFigures({ market }: { market: string }) {
  const answer = useAnswer(`campaign ${market}`, () =>
    get<Campaign>('/api/coordination/campaign', { marketCode: market }),
  );
  return (
    <Answer of={answer}>
      {({ counts, total, remindersDue, adhesionDeadline, silentAfterDays }) => (
        <>
          <p>
            Les demandes se reçoivent jusqu’au {date(adhesionDeadline)} inclus. Une collectivité est
            dite silencieuse {silentAfterDays} jours après le dernier contact.
          </p>
          <div className="fr-grid-row fr-grid-row--gutters fr-mb-4w">
            <Figure strong label="Collectivités invitées" value={count(total)} />
            <Figure strong label="Relances à faire" value={count(remindersDue)} />
            {counts
              .filter((one) => one.count > 0)
              .map((one) => (
                <Figure
                  key={one.state}
                  label={invitationState(one.state)}
                  value={count(one.count)}
                />
              ))}
          </div>
        </>
      )}
    </Answer>
  );
}

function AllApplications({ market }: { market: string }) {
  const [status, setStatus] = useState('');
  return (
    <>
      <h2 className="fr-h4 fr-mt-4w">Toutes les demandes</h2>
      <Select
        label="État de la demande"
        nativeSelectProps={{ value: status, onChange: (event) => setStatus(event.target.value) }}
      >
        <option value="">Toutes</option>
        {['APPLIED', 'ACCEPTED', 'REFUSED', 'ACTIVE', 'ENDED'].map((state) => (
          <option key={state} value={state}>
            {membershipState(state)}
          </option>
        ))}
      </Select>
      <Applications key={status} market={market} query={{ status }} />
    </>
  );
}

function Applications({ market, query }: { market: string; query: Record<string, string> }) {
  return (
    <Paged<ApplicationsPage>
      path="/api/coordination/applications"
      query={{ marketCode: market, limit: 50, ...query }}
    >
      {({ applications }) => (
        <DataTable
          hideCaption
          caption="Demandes d’adhésion"
          headers={[
            'Collectivité',
            'État',
            'Envoyée le',
            'Reçue le',
            'Délai',
            'Ce qui manque ou empêche',
          ]}
          empty="Aucune demande."
          rows={applications.map((one) => ({
            key: one.membershipId,
            cells: [
              <>
                <Link href={`/groupement/adhesions/${one.membershipId}`}>
                  {one.organisation?.name}
                </Link>
                <br />
                <span className="fr-text--xs">
                  {kind(one.organisation?.kind ?? '')}, lettre {one.letterNumber || 'sans numéro'}
                </span>
              </>,
              <Badge
                key="state"
                small
                noIcon
                as="span"
                {...(one.awaitsDecision && { severity: 'warning' as const })}
              >
                {one.awaitsDecision ? 'À décider' : membershipState(one.status)}
              </Badge>,
              date(one.sentOn),
              date(one.receivedOn),
              letterVerdict(one.verdict),
              <span key="missing" className="cell--text">
                {[...one.missing, ...one.reasons].join(' ') || '—'}
              </span>,
            ],
          }))}
        />
      )}
    </Paged>
  );
}

function Reminders({ market }: { market: string }) {
  return (
    <>
      <h2 className="fr-h4 fr-mt-4w">Relances à faire</h2>
      <Paged<InvitationsPage>
        path="/api/coordination/invitations"
        query={{ marketCode: market, dueOnly: 'true', limit: 50 }}
      >
        {({ invitations }) => (
          <DataTable
            hideCaption
            caption="Collectivités à relancer"
            headers={['Collectivité', 'Invitée le', 'Relances', 'État', 'Ce qui manque']}
            empty="Personne n’est à relancer."
            numeric={[2]}
            rows={invitations.map((one) => ({
              key: one.invitationId,
              cells: [
                one.invitee?.name,
                date(one.invitedOn),
                count(one.reminders.length),
                invitationState(one.state),
                <span key="missing" className="cell--text">
                  {one.missing.join(' ') || '—'}
                </span>,
              ],
            }))}
          />
        )}
      </Paged>
    </>
  );
}
