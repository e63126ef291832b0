import { useState } from 'react';
import { Select } from '@codegouvfr/react-dsfr/Select';
import type { AuditPage } from '../api-types.js';
import { auditAction, auditPaper, auditSubject, auditSubjects } from '../audit-words.js';
import { date, instant } from '../words.js';
import { DataTable } from './data-table.js';
import { Paged } from './paged.js';

/** Who did what, on which day and on what paper; nobody can change it. */
export function AuditTrail({ path, query = {} }: { path: string; query?: { market?: string } }) {
  const [action, setAction] = useState('');
  return (
    <>
      <Select
        label="Sujet"
        nativeSelectProps={{ value: action, onChange: (event) => setAction(event.target.value) }}
      >
        <option value="">Tous</option>
        {Object.entries(auditSubjects).map(([prefix, label]) => (
          <option key={prefix} value={prefix}>
            {label}
          </option>
        ))}
      </Select>
      <Paged<AuditPage>
        key={`${path} ${action}`}
        path={path}
        query={{ ...query, action, limit: 50 }}
      >
        {({ entries }) => (
          <DataTable
            caption="Décisions et actes, le plus récent d’abord"
            headers={['Journée', 'Acte', 'Par', 'Sur', 'Repose sur']}
            multiline={[1, 2, 4]}
            empty="Rien n’est inscrit sur ce sujet."
            rows={entries.map((entry) => ({
              key: entry.auditEntryId,
              cells: [
                <>
                  {date(entry.businessDate)}
                  <br />
                  <span className="fr-text--xs day">{instant(entry.recordedAt)}</span>
                </>,
                auditAction(entry.action),
                <>
                  {entry.actorName}
                  {entry.onBehalfOfName && (
                    <>
                      <br />
                      <span className="fr-text--xs">pour {entry.onBehalfOfName}</span>
                    </>
                  )}
                  {!['', 'console', entry.actor].includes(entry.carrier) && (
                    <>
                      <br />
                      <span className="fr-text--xs">par {entry.carrierName}</span>
                    </>
                  )}
                </>,
                <span key="subject" className="cell--text">
                  {auditSubject(entry.subject, entry.subjectName)}
                  {entry.schoolNames.length > 0 && (
                    <>
                      <br />
                      <span className="fr-text--xs">{someOf(entry.schoolNames)}</span>
                    </>
                  )}
                </span>,
                auditPaper(entry),
              ],
            }))}
          />
        )}
      </Paged>
    </>
  );
}

const namesShown = 3;
const someOf = (names: readonly string[]) =>
  names.length <= namesShown + 1
    ? names.join(', ')
    : `${names.slice(0, namesShown).join(', ')} et ${names.length - namesShown} autres`;
