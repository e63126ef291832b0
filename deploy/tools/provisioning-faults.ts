import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EntConnectorProcess,
  type EntRetry,
  type GetEntConnectorResponse,
  ProvisioningService,
} from '#libs/contracts';
import { plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

export const faultsUsage = `faults   ce que l’ENT refuse, cause par cause, et où en sont les reprises
   faults retry CAUSE --motif MOTIF [--no-wait]   réessaie tous les comptes d’une cause, par portions, et dit où elle en est
   jusqu’à sa fin ; MOTIF : ERREUR, INCIDENT_ENT ou AUTRE, puis au besoin un numéro de ticket
   connector   le connecteur et l’ENT : débit, pauses et coupures, processus par processus`;

const lookEveryMs = 2_000;

export const faultsVerb = {
  operands: [0, 2],
  options: { motif: { type: 'string' }, 'no-wait': { type: 'boolean' } },
  run: faults,
} as const;

export const connectorVerb = { operands: 0, run: connector } as const;

/** `provisioning faults …`: whom the ENT refuses, and all of a cause tried again (PRV-4). */
async function faults(given: Given) {
  const [verb, code = ''] = given.operands;
  if (verb === 'retry') return retry(given, code.toUpperCase());
  if (verb !== undefined) throw new UsageError(`Action inconnue : faults ${verb}.`);
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listEntFaults({}),
  );
  const none = 'L’ENT ne refuse rien.';
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...(answer.faults.length === 0 ? [none] : []),
      ...answer.faults.flatMap(({ code, inWords, nextStep, failed, refused, schools }) => [
        `${code}  ${plural(failed, 'compte abandonné', 'comptes abandonnés')}, ${plural(refused, 'changement refusé', 'changements refusés')}, ${plural(schools, 'école', 'écoles')}`,
        `    ${inWords} ${nextStep}`,
      ]),
      ...answer.retries.map(retryLine),
    ],
  };
}

/** Follows it to its end; where one of this cause is under way it follows that, and begins nothing. */
async function retry(given: Given, code: string) {
  const reason = given.text('motif');
  if (reason === undefined) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  return askService('provisioning', ProvisioningService, given, async (client) => {
    const { retries: known } = await client.listEntFaults({});
    let now = known.find((one) => one.code === code && one.state === 'RUNNING');
    now ??= (await client.retryEntFault({ code, reason })).retry;
    let said = '';
    while (now?.state === 'RUNNING' && !given.isSet('no-wait')) {
      const line = retryLine(now);
      // Progress, for who waits; the answer itself goes to the output.
      if (line !== said) process.stderr.write(`${line}\n`);
      said = line;
      await sleep(lookEveryMs);
      const { retries } = await client.listEntFaults({});
      now = retries.find(({ retryId }) => retryId === now?.retryId);
    }
    return {
      status: now?.state === 'STOPPED' ? status.refused : status.ok,
      json: { retry: now },
      lines: now ? [retryLine(now)] : [],
    };
  });
}

async function connector(given: Given) {
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.getEntConnector({}),
  );
  const none = 'Aucun processus ne parle à l’ENT (arrêtés, ou ENT_WORK=held).';
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...(answer.processes.length === 0 ? [none] : answer.processes.map(processLine)),
      ...rightsLines(answer),
    ],
  };
}

const retryLine = ({ code, askedOn, state, accounts, ...of }: EntRetry) =>
  `reprise du ${frenchDate(localDate(askedOn))}, ${code}  ${states[state] ?? state} : ${plural(accounts, 'compte', 'comptes')}, ${plural(of.through, 'passé', 'passés')}, ${plural(of.again, 'refusé', 'refusés')} de nouveau, ${
    of.waiting + of.underWay
  } à venir, ${plural(of.gone + of.left, 'laissé', 'laissés')}.`;

const processLine = (of: EntConnectorProcess) =>
  `processus ${of.processId}  ${of.busy ? 'au travail' : 'au repos'}, ${of.callsPerSecond} appels par seconde au plus (${of.mostPerSecond} pour tous) ; ralenti ${of.refusedSlowings} fois par un refus, ${of.slowSlowings} fois par la lenteur ; ${
    of.pausesInARow === 0
      ? 'l’ENT répond'
      : plural(of.pausesInARow, 'coupure de suite', 'coupures de suite')
  }${of.stillForSeconds > 0 ? ` ; pause demandée par l’ENT, encore ${of.stillForSeconds} s` : ''}${of.loginPausedForSeconds > 0 ? ` ; connexion refusée, nouvel essai dans ${of.loginPausedForSeconds} s` : ''}.`;

function rightsLines({ areRightsKnown, missingRights }: GetEntConnectorResponse): string[] {
  if (!areRightsKnown) return ['Droits du compte technique : inconnus, l’ENT ne répond pas.'];
  if (missingRights.length === 0) return ['Droits du compte technique : complets.'];
  return [
    'Droits qui MANQUENT au compte technique, à accorder dans la console d’administration de l’ENT :',
    ...missingRights.map((right) => `    ${right}`),
  ];
}

const states: Readonly<Record<string, string>> = {
  RUNNING: 'en cours',
  DONE: 'terminée',
  STOPPED: 'ARRÊTÉE, la cause est encore là',
};
