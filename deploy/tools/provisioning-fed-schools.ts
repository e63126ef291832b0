import { randomUUID } from 'node:crypto';
import {
  type FedSchool,
  type LinkExposure,
  type PreviewFedSchoolResponse,
  ProvisioningService,
} from '#libs/contracts';
import { plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

export const fedSchoolsUsage = `fed-schools   les écoles que l’académie alimente elle-même, et les comptes qui attendent cette alimentation
   fed-schools preview UAI ACADÉMIE   ce que l’alimentation fera dans l’école, d’après nos livres
   fed-schools declare UAI ACADÉMIE JOUR --motif MOTIF   à partir de ce jour, plus aucun compte n’y est créé par appel
   fed-schools end UAI JOUR --motif MOTIF   premier jour sans alimentation : les comptes en attente sont créés ; MOTIF :
   ALIMENTATION_ACADEMIE, FIN_ALIMENTATION ou ERREUR, puis au besoin un numéro de ticket
   fed-schools exposures   les liens de famille qu’une alimentation a rétablis, jusqu’à leur coupure ; la lecture est tracée`;

export const fedSchoolsVerb = {
  operands: [0, 1, 2, 3, 4],
  options: { motif: { type: 'string' } },
  run: fedSchools,
} as const;

/** `provisioning fed-schools …`: schools that an academy's own feed fills (PRV-9). */
async function fedSchools(given: Given) {
  const [verb, ...operands] = given.operands;
  const expected: Readonly<Record<string, number>> = {
    ...{ preview: 2, declare: 3, end: 2, exposures: 0 },
  };
  if (verb === undefined) return list(given);
  if (expected[verb] !== operands.length)
    throw new UsageError(
      `Action inconnue ou incomplète : fed-schools ${given.operands.join(' ')}.`,
    );
  const [uai = '', second = '', third = ''] = operands;
  if (verb === 'preview') return preview(given, uai, second);
  if (verb === 'exposures') return exposures(given);
  const reason = given.text('motif');
  if (reason === undefined) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  const request = { uai, reason, idempotencyKey: randomUUID() };
  await askService('provisioning', ProvisioningService, given, async (client) => {
    if (verb === 'declare')
      await client.declareFedSchool({ ...request, academy: second, startsOn: third });
    else await client.endFedSchool({ ...request, endsOn: second });
  });
  return list(given);
}

async function list(given: Given) {
  const { schools } = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listFedSchools({}),
  );
  const none = 'Aucune école n’est déclarée alimentée par l’académie.';
  return {
    status: status.ok,
    json: schools,
    lines: schools.length === 0 ? [none] : schools.map(schoolLine),
  };
}

async function preview(given: Given, uai: string, academy: string) {
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.previewFedSchool({ uai, academy }),
  );
  return { status: status.ok, json: answer, lines: previewLines(answer) };
}

async function exposures(given: Given) {
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listLinkExposures({}),
  );
  const none = 'Aucun lien coupé n’a été rétabli par une alimentation depuis trois mois.';
  return {
    status: status.ok,
    json: answer.exposures,
    lines: answer.exposures.length === 0 ? [none] : answer.exposures.map(exposureLine),
  };
}

const day = (text: string) => frenchDate(localDate(text));

const waiting = (of: Pick<FedSchool, 'waitingForFeed' | 'waitingForKey'>) =>
  `${plural(of.waitingForFeed, 'compte attend', 'comptes attendent')} l’alimentation, ${plural(of.waitingForKey, 'compte attend', 'comptes attendent')} une clé de l’académie`;

const schoolLine = (school: FedSchool) =>
  `${school.uai}  ${school.academy}, à partir du ${day(school.startsOn)}${school.endsOn ? ` jusqu’au ${day(school.endsOn)} exclu` : ''} ; ${waiting(school)}`;

const previewLines = (of: PreviewFedSchoolResponse) => [
  `${plural(of.taken, 'compte repris', 'comptes repris')} sous la clé de l’académie, même identifiant et même code.`,
  `${plural(of.second, 'compte porte', 'comptes portent')} une autre clé : un second compte, que l’ENT ne signale pas.`,
  `${waiting(of)}.`,
  `Classes qui auront un double de même nom : ${of.classLabels.join(', ') || 'aucune'}.`,
];

const exposureLine = (of: LinkExposure) =>
  `${of.uai}  enfant ${of.childAccountId}, responsable ${of.guardianAccountId} : ${of.absentAt ? `au plus tôt depuis ${of.absentAt}, ` : ''}trouvé ${of.foundAt}, ${of.cutAt ? `coupé ${of.cutAt}` : 'pas encore coupé'}`;
