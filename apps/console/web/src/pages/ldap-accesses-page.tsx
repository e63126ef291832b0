import { useState } from 'react';
import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { Button } from '@codegouvfr/react-dsfr/Button';
import type { LdapAccess, LdapAccessesPage as Accesses } from '../api-types.js';
import { DataTable } from '../parts/data-table.js';
import { LdapWithdrawal } from '../parts/ldap-withdrawal.js';
import { OfMarket } from '../parts/market-choice.js';
import { Page } from '../parts/page.js';
import { Paged } from '../parts/paged.js';
import { date, ldapState } from '../words.js';

/** To whom the staff of schools is open over LDAP, on what decision; the data-protection officer closes (SUP-3). */
export function LdapAccessesPage() {
  const [chosen, setChosen] = useState<LdapAccess>();
  const [done, setDone] = useState('');
  return (
    <Page
      title="Accès LDAP des adhérents"
      crumbs={[]}
      lead="Les adhérents qui lisent les agents de leurs écoles par LDAP, chacun sur une décision du responsable de traitement. Ce qu’ils ont lu est au journal des consultations."
    >
      <div aria-live="polite">
        {done && <Alert small className="fr-mb-3w" severity="success" description={done} />}
      </div>
      <OfMarket>
        {(market) => (
          <Paged<Accesses>
            key={market}
            path="/api/ldap-accesses"
            query={{ marketCode: market, limit: 50 }}
          >
            {({ accesses }, reload) => (
              <>
                {chosen && (
                  <LdapWithdrawal
                    key={chosen.accessId}
                    path={`/api/ldap-accesses/${encodeURIComponent(chosen.accessId)}/revocation`}
                    reasons={['CONTROLLER', 'INCIDENT']}
                    giveUp={() => setChosen(undefined)}
                    recorded={(words) => {
                      setDone(`${chosen.organisationName} : ${words}`);
                      setChosen(undefined);
                      reload();
                    }}
                  />
                )}
                <DataTable
                  caption="Accès, le plus récent d’abord"
                  headers={['Adhérent', 'Décision', 'État', 'Décider']}
                  empty="Aucun accès LDAP n’a été ouvert dans ce marché."
                  rows={accesses.map((access) => ({
                    key: access.accessId,
                    cells: [
                      access.organisationName,
                      `${access.document.title}, ${date(access.decidedOn)}`,
                      ldapState(access),
                      access.status === 'OPEN' ? (
                        <Button
                          key="close"
                          size="small"
                          priority="secondary"
                          nativeButtonProps={{
                            'aria-label': `Fermer l’accès de ${access.organisationName}`,
                          }}
                          onClick={() => setChosen(access)}
                        >
                          Fermer
                        </Button>
                      ) : (
                        '—'
                      ),
                    ],
                  }))}
                />
              </>
            )}
          </Paged>
        )}
      </OfMarket>
    </Page>
  );
}
