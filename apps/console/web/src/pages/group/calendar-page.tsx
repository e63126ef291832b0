import { Badge } from '@codegouvfr/react-dsfr/Badge';
import { get } from '../../api.js';
import type { Due, MarketShown, WithdrawalReminders } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import { Answer } from '../../parts/page.js';
import { Paged } from '../../parts/paged.js';
import { useAnswer } from '../../parts/use-answer.js';
import { date, daysLeft, dueKind, reminderKind } from '../../words.js';
import { GroupPage } from './group-page.js';

// Longer than a market: everything that is still to come.
const horizonDays = 3_650;

/** The dates of a market, planned and actual, and what is due next (MKT-3). */
export function CalendarPage() {
  return (
    <GroupPage title="Calendrier du marché">
      {(market) => (
        <div key={market}>
          <PlannedAndActual market={market} />
          <WhatIsDue market={market} />
          <Reminders market={market} />
        </div>
      )}
    </GroupPage>
  );
}

function PlannedAndActual({ market }: { market: string }) {
  const answer = useAnswer(`market ${market}`, () =>
    get<MarketShown>(`/api/markets/${encodeURIComponent(market)}`),
  );
  return (
    <Answer of={answer}>
      {({ title, version, notification, effective, endsOn }) => (
        <>
          <p className="fr-text--lead">
            {title} — version {version}
          </p>
          <DataTable
            caption="Dates prévues et dates réelles (art. 6)"
            headers={['Date', 'Prévue', 'Réelle']}
            rows={[
              { label: 'Notification au titulaire', ...notification },
              { label: 'Prise d’effet', ...effective },
              { label: 'Premier jour après le marché', planned: endsOn, actual: '' },
            ].map(({ label, planned, actual }) => ({
              key: label,
              cells: [label, date(planned), date(actual)],
            }))}
          />
        </>
      )}
    </Answer>
  );
}

function WhatIsDue({ market }: { market: string }) {
  const answer = useAnswer(`due ${market}`, () =>
    get<Due>(`/api/markets/${encodeURIComponent(market)}/due`, { horizonDays }),
  );
  return (
    <Answer of={answer}>
      {({ today, due }) => (
        <DataTable
          caption={`Ce qui vient, au ${date(today)}`}
          headers={['Échéance', 'Date', 'Dans', 'Certitude']}
          empty="Plus aucune échéance : le marché est terminé."
          rows={due.map((one) => ({
            key: `${one.kind} ${one.on}`,
            cells: [
              dueKind(one.kind, one.detail),
              date(one.on),
              <span key="left" className="day">
                {daysLeft(one.daysLeft)}
              </span>,
              one.certainty === 'PLANNED' ? (
                <Badge key="c" small noIcon as="span" severity="new">
                  Prévue
                </Badge>
              ) : (
                'Fixée'
              ),
            ],
          }))}
        />
      )}
    </Answer>
  );
}

function Reminders({ market }: { market: string }) {
  return (
    <Paged<WithdrawalReminders>
      path="/api/coordination/withdrawal-reminders"
      query={{ marketCode: market, limit: 50 }}
    >
      {({ reminders }) => (
        <DataTable
          caption="Rappels du délai de retrait adressés aux membres"
          headers={['Membre', 'Rappel', 'Le', 'Dernier jour pour envoyer']}
          empty="Aucun rappel pour le moment."
          rows={reminders.map((one) => ({
            key: `${one.membershipId} ${one.kind}`,
            cells: [
              one.organisationName,
              reminderKind(one.kind),
              date(one.dueOn),
              date(one.lastDay),
            ],
          }))}
        />
      )}
    </Paged>
  );
}
