import {
  type EntMissingProposal,
  type EntMissingSchool,
  ProvisioningService,
} from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

export const missingUsage = `missing   les écoles où trop de comptes manquent dans l’ENT pour compare-ent --apply, avec leurs nombres
   missing propose [UAI…] --motif MOTIF   proposer de les confirmer toutes en une fois ; MOTIF : ENT_RESTAURE ou INCIDENT_ENT
   missing approve EMPREINTE  |  missing reject EMPREINTE --motif TEXTE   une autre personne décide  |  missing withdraw`;

const schoolsMax = 50;

export const missingVerb = {
  operands: Array.from({ length: schoolsMax + 2 }, (_, count) => count),
  options: { motif: { type: 'string' } },
  run: missing,
} as const;

const outcomes: Readonly<Record<string, string>> = {
  approve: 'APPROVED',
  reject: 'REJECTED',
  withdraw: 'WITHDRAWN',
};

/** `provisioning missing …`: one confirmation by two persons for the schools of a restored ENT (PRV-5). */
async function missing(given: Given) {
  const [verb, ...operands] = given.operands;
  if (verb === undefined) return list(given);
  if (verb === 'propose') return propose(given, operands);
  const outcome = outcomes[verb];
  const isWhole = operands.length === (verb === 'withdraw' ? 0 : 1);
  if (outcome === undefined || !isWhole)
    throw new UsageError(`Action inconnue ou incomplète : missing ${given.operands.join(' ')}.`);
  return decide(given, outcome, operands[0]);
}

async function list(given: Given) {
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listEntMissing({}),
  );
  const { schools, proposal } = answer;
  const none = 'Aucune école n’attend de confirmation.';
  return {
    status: schools.some(({ confirmedUntil }) => confirmedUntil === '')
      ? status.refused
      : status.ok,
    json: answer,
    lines: [
      ...(schools.length === 0 ? [none] : [...schools.map(schoolLine), total(schools)]),
      ...(proposal ? proposalLines(proposal) : []),
    ],
  };
}

async function propose(given: Given, uais: readonly string[]) {
  const reason = given.text('motif');
  if (reason === undefined) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  const answer = await askService('provisioning', ProvisioningService, given, (client) =>
    client.proposeEntMissing({ reason, uais: uais.map((uai) => uai.toUpperCase()) }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: answer.proposal ? proposalLines(answer.proposal) : [],
  };
}

async function decide(given: Given, outcome: string, digest: string | undefined) {
  const reason = given.text('motif') ?? '';
  const answer = await askService('provisioning', ProvisioningService, given, async (client) => {
    const { proposal } = await client.listEntMissing({});
    if (!proposal) throw new UsageError('Aucune confirmation n’est proposée : missing propose.');
    const { proposalId } = proposal;
    return client.decideEntMissing({
      proposalId,
      outcome,
      reason,
      digest: digest ?? proposal.digest,
    });
  });
  return {
    status: status.ok,
    json: answer,
    lines:
      outcome === 'APPROVED'
        ? [
            `C’est confirmé, jusqu’au ${day(answer.confirmedUntil)} exclu, une fois par école.`,
            'Ensuite : npm run ent -- provisioning compare-ent --apply --motif ENT_RESTAURE',
          ]
        : ['C’est noté : rien n’est confirmé.'],
  };
}

const day = (text: string) => frenchDate(localDate(text));

const schoolLine = (school: EntMissingSchool) =>
  `${school.uai}  ${formatCount(school.missing)} sur ${plural(school.compared, 'compte', 'comptes')}${school.isEmptied ? ', liste vide dans l’ENT' : ''}${school.confirmedUntil === '' ? '' : `, confirmé jusqu’au ${day(school.confirmedUntil)} exclu`}`;

const total = (schools: readonly EntMissingSchool[]) =>
  `${plural(schools.length, 'école', 'écoles')}, ${plural(
    schools.reduce((sum, { missing }) => sum + missing, 0),
    'compte absent',
    'comptes absents',
  )}.`;

const proposalLines = (proposal: EntMissingProposal) => [
  `${proposal.proposedBy} propose de confirmer (${day(proposal.proposedOn)}, ${proposal.reason}) :`,
  ...proposal.schools.map((school) => `    ${schoolLine(school)}`),
  `    ${total(proposal.schools)}`,
  `    Une autre personne décide avant le ${day(proposal.expiresOn)} : npm run ent -- provisioning missing approve ${proposal.digest}`,
];
