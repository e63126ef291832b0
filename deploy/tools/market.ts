import { MarketService } from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { fileOf, type Given, numberOf, runVerb, status } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'import FICHIER [--dry-run]  |  due CODE [--days N]   un marché depuis son fichier (MKT-1), ses échéances (MKT-3)';

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

/** `market import FILE [--dry-run]`, `market due CODE [--days N]`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      import: { operands: 1, options: { 'dry-run': { type: 'boolean' } }, run: importMarket },
      due: { operands: 1, options: { days: { type: 'string' } }, run: whatIsDue },
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
      ...changes.map(
        ({ path, before, after }) => `  ${path} : ${before || '(absent)'} → ${after || '(absent)'}`,
      ),
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
