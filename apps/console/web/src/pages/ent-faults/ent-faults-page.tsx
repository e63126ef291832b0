import { Alert } from '@codegouvfr/react-dsfr/Alert';
import { useState } from 'react';
import { get } from '../../api.js';
import type { EntConnector, EntContractAnswer, EntFaults } from '../../api-types.js';
import {
  contractInWords,
  entStanding,
  retryProgress,
  retryState,
  slowingsInWords,
} from '../../ent-fault-words.js';
import { DataTable } from '../../parts/data-table.js';
import { Outcome } from '../../parts/outcome.js';
import { Answer, Page } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { useWatched } from '../../parts/use-watched.js';
import { hasRole, useSession } from '../../session-context.js';
import { count, date, decisionReason, instant } from '../../words.js';
import { EntFaultRetry } from './ent-fault-retry.js';

export const faultsPath = '/api/support/ent-faults';

/** Whom the ENT refuses, by cause; all of one tried again; for level 3 how the connector stands (PRV-4). */
export function EntFaultsPage() {
  const isLevel3 = hasRole(useSession(), 'support-3');
  const [outcome, setOutcome] = useState('');
  const faults = useWatched(
    'ent-faults',
    () => get<EntFaults>(faultsPath),
    ({ retries }) => retries.some(({ state }) => state === 'RUNNING'),
  );
  const done = (words: string) => {
    setOutcome(words);
    faults.lookAgain();
  };
  return (
    <Page
      title="Refus de l’ENT"
      lead="Ce que l’ENT refuse, cause par cause. Une fois la cause réglée, tous ses comptes se reprennent en une fois."
    >
      {outcome && <Outcome words={outcome} />}
      <Answer of={faults}>
        {(answer) => (
          <>
            <Causes {...answer} />
            {answer.faults.length > 0 && <EntFaultRetry faults={answer.faults} done={done} />}
            <Retries {...answer} />
          </>
        )}
      </Answer>
      {isLevel3 && <Connector />}
      {isLevel3 && <Contract />}
    </Page>
  );
}

function Causes({ faults }: EntFaults) {
  return (
    <DataTable
      caption="Causes"
      headers={['Cause', 'Que faire', 'Comptes abandonnés', 'Changements refusés', 'Écoles']}
      numeric={[2, 3, 4]}
      multiline={[0, 1]}
      empty="L’ENT ne refuse rien."
      rows={faults.map(({ code, inWords, nextStep, failed, refused, schools }) => ({
        key: code,
        cells: [
          <>
            {inWords}
            <br />
            <code>{code}</code>
          </>,
          nextStep,
          count(failed),
          count(refused),
          count(schools),
        ],
      }))}
    />
  );
}

function Retries({ retries }: EntFaults) {
  if (retries.length === 0) return null;
  return (
    <DataTable
      caption="Reprises, la dernière d’abord"
      headers={['Demandée le', 'Cause', 'Motif', 'Comptes', 'Où elle en est']}
      numeric={[3]}
      multiline={[1, 2, 4]}
      rows={retries.map((retry) => ({
        key: retry.retryId,
        cells: [
          date(retry.askedOn),
          <code key="code">{retry.code}</code>,
          decisionReason(retry.reason),
          count(retry.accounts),
          <>
            {retryState(retry.state)} : {retryProgress(retry)}
          </>,
        ],
      }))}
    />
  );
}

function Connector() {
  const connector = useWatched(
    'ent-connector',
    () => get<EntConnector>('/api/support/ent-connector'),
    () => true,
  );
  return (
    <>
      <h2>Le connecteur</h2>
      <Answer of={connector}>
        {({ processes, missingRights }) => (
          <>
            {missingRights.length > 0 && (
              <Alert
                severity="error"
                title="Le compte technique n’a pas tous ses droits dans l’ENT"
                description={`À accorder dans la console d’administration de l’ENT : ${missingRights.join(' ; ')}.`}
              />
            )}
            <DataTable
              hideCaption
              caption="Processus qui parlent à l’ENT"
              headers={['Processus', 'L’ENT', 'Appels par seconde', 'Ralenti depuis son démarrage']}
              multiline={[1, 2, 3]}
              empty="Aucun processus ne parle à l’ENT : le service est arrêté, ou rien ne lui est dit (ENT_WORK=held)."
              rows={processes.map((one, index) => ({
                key: one.processId,
                cells: [
                  `Processus ${index + 1} (${one.busy ? 'au travail' : 'au repos'})`,
                  entStanding(one),
                  `${count(one.callsPerSecond)} au plus, de ${count(one.mostPerSecond)} pour tous`,
                  slowingsInWords(one),
                ],
              }))}
            />
          </>
        )}
      </Answer>
    </>
  );
}

/** What the platform was last found to do beside its reference, by a command of the operator. */
function Contract() {
  const answer = useAnswer('ent-contract', () =>
    get<EntContractAnswer>('/api/support/ent-contract'),
  );
  return (
    <>
      <h2>Le contrat de l’ENT</h2>
      <Answer of={answer}>
        {({ contract }) =>
          contract === undefined ? (
            <p>
              Aucun contrôle n’est gardé. L’exploitant en fait un par{' '}
              <code>npm run ent -- contract ADRESSE --keep</code>.
            </p>
          ) : (
            <>
              <p>
                {contract.address}, le {instant(contract.ranAt)} : {contractInWords(contract)}
              </p>
              <DataTable
                hideCaption
                caption="Comportements qui ne sont pas ceux de la référence"
                headers={['Cas', 'Référence', 'Attendu', 'Venu']}
                multiline={[0, 2, 3]}
                empty="Tout ce qui a été demandé est comme la référence le dit."
                rows={contract.cases
                  .filter(({ verdict }) => verdict === 'DIFFERENT')
                  .map(({ id, source, certainty, expected, came }) => ({
                    key: id,
                    cells: [<code key="id">{id}</code>, `${source} (${certainty})`, expected, came],
                  }))}
              />
            </>
          )
        }
      </Answer>
    </>
  );
}
