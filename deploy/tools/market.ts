import { MarketService } from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { fileOf, type Given, numberOf, runVerb, status } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'import FICHIER [--dry-run]  |  due CODE [--days N]  |  amendments CODE  |  amendment PROPOSITION   un marché depuis son fichier (MKT-1), ses échéances (MKT-3), ses avenants proposés (MKT-6)';

const fileBytesMax = 200_000;
const titles: Readonly<Record<string, string>> = {
  ADHESION_DEADLINE: 'Date limite des adhésions',
  TENDER_EARLIEST: 'Consultation possible',
  NOTIFICATION: 'Notification du marché',
  EFFECTIVE: 'Entrée en vigueur',
  CONTRACT_YEAR: 'Nouvelle année du marché',
  WITHDRAWAL_OPENS: 'Ouverture de la période de retrait',
  WITHDRAWAL_LAST_DAY: 'Dernier jour pour envoyer un retrait',
  LOCK_IN_ENDS: 'Fin de la durée minimale d’engagement',
  AMENDMENT: 'Prise d’effet d’un avenant',
  LAST_DAY: 'Dernier jour en vigueur',
  END: 'Fin du marché',
};

const states: Readonly<Record<string, string>> = {
  OPEN: 'à vérifier',
  APPROVED: 'approuvé',
  REJECTED: 'rejeté',
  WITHDRAWN: 'retiré',
  EXPIRED: 'expiré',
};

/**
 * `market import FILE [--dry-run]`, `market due CODE [--days N]`, and what two coordinators decide, to look at:
 * `market amendments CODE`, `market amendment PROPOSAL`.
 */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      import: { operands: 1, options: { 'dry-run': { type: 'boolean' } }, run: importMarket },
      due: { operands: 1, options: { days: { type: 'string' } }, run: whatIsDue },
      amendments: { operands: 1, run: listProposals },
      amendment: { operands: 1, run: showProposal },
    },
    args,
    `npm run ent -- market ${usage}`,
  );

async function importMarket(given: Given) {
  const { content } = await fileOf(given.operands[0] ?? '', fileBytesMax);
  const dryRun = given.isSet('dry-run');
  const answer = await askMembership(MarketService, given, (client) =>
    client.importMarket({ content: content.toString('utf8'), dryRun }),
  );
  const { marketCode, mistakes, changes, refusal, refusalCode, version, written } = answer;
  const isFine = mistakes.length === 0 && refusalCode === '';
  return {
    status: isFine ? status.ok : status.refused,
    json: answer,
    lines: [
      ...mistakes.map((mistake) => `  ✗ ${mistake}`),
      ...(refusalCode === '' ? [] : [`  ✗ ${refusal} (${refusalCode})`]),
      ...changes.map(toLine),
      !isFine
        ? 'Rien n’a été enregistré : corrigez le fichier.'
        : written
          ? `Marché ${marketCode} enregistré, version ${version}.`
          : dryRun
            ? `Marché ${marketCode} : le fichier est valable. Essai, rien n’a été enregistré.`
            : `Marché ${marketCode} : le même fichier est déjà en place, version ${version}.`,
    ],
  };
}

async function whatIsDue(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const horizonDays = numberOf(given, 'days');
  const answer = await askMembership(MarketService, given, (client) =>
    client.whatIsDue({ marketCode, ...(horizonDays === undefined ? {} : { horizonDays }) }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      `Marché ${marketCode}, au ${frenchDate(localDate(answer.today))}`,
      ...answer.due.map(({ kind, on, certainty, daysLeft, detail }) => {
        const what = `${titles[kind] ?? kind}${detail === '' ? '' : ` (${detail})`}`;
        const when = daysLeft < 0 ? `dépassé de ${-daysLeft} j, à fixer` : `dans ${daysLeft} j`;
        return `  ${on}  ${when.padEnd(28)} ${what}${certainty === 'PLANNED' ? ', date prévisionnelle' : ''}`;
      }),
      ...(answer.due.length === 0 ? ['  Rien à venir.'] : []),
    ],
  };
}

const toLine = ({ path, before, after }: { path: string; before: string; after: string }) =>
  `  ${path} : ${before || '(absent)'} → ${after || '(absent)'}`;

async function listProposals(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askMembership(MarketService, given, (client) =>
    client.listAmendmentProposals({ marketCode, limit: 100 }),
  );
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.proposals.length === 0
        ? [`Marché ${marketCode} : aucun avenant n’a été proposé.`]
        : answer.proposals.map(
            ({ proposalId, number, state, proposedOn, proposedBy }) =>
              `  ${proposedOn}  ${(states[state] ?? state).padEnd(11)} ${number} (${proposedBy})  ${proposalId}`,
          ),
  };
}

async function showProposal(given: Given) {
  const proposalId = given.operands[0] ?? '';
  const answer = await askMembership(MarketService, given, (client) =>
    client.getAmendmentProposal({ proposalId }),
  );
  const { number, state, amendment, documentId, documentSha256, ...proposal } = answer.proposal!;
  const { effectiveOn = '', changes = [], isOutdated = false } = amendment ?? {};
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${number}, ${states[state] ?? state}, proposé le ${proposal.proposedOn} par ${proposal.proposedBy}`,
      ...(proposal.decidedBy === ''
        ? [`  À décider avant le ${proposal.expiresOn}, par une autre personne de la coordination.`]
        : [
            `  Décidé le ${proposal.decidedOn} par ${proposal.decidedBy}. ${proposal.reason}`.trimEnd(),
          ]),
      `  Prend effet le ${effectiveOn}. Pièce : ${documentId} (SHA-256 ${documentSha256})`,
      ...changes.map(toLine),
      ...(isOutdated
        ? ['  ✗ Un autre avenant a été enregistré depuis : celui-ci est à refaire.']
        : []),
    ],
  };
}
