import { randomUUID } from 'node:crypto';
import { pointsToMend } from '#libs/problems';
import { type ImportAnnexe2Response, MembershipService } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { isLocalDate } from '#libs/time';
import { fileOf, type Given, runVerb, status, UsageError } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'import ADHÉSION FICHIER --dated-on AAAA-MM-JJ [--register-exception MOTIF] [--dry-run]   saisit une annexe 2 en CSV, XLSX ou ODS (COM-1)';

const fileBytesMax = 5_000_000;

/** `annexe2 import ADHÉSION FICHIER --dated-on D [--dry-run]`: all lines or none, every fault at once. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      import: {
        operands: 2,
        options: {
          ...{ 'dry-run': { type: 'boolean' }, 'dated-on': { type: 'string' } },
          'register-exception': { type: 'string' },
        },
        run: importAnnexe2,
      },
    },
    args,
    `npm run ent -- annexe2 ${usage}`,
  );

async function importAnnexe2(given: Given) {
  const [membershipId = '', path = ''] = given.operands;
  const datedOn = given.text('dated-on') ?? '';
  if (!isLocalDate(datedOn)) {
    throw new UsageError('--dated-on : la date portée sur l’annexe 2 signée est attendue.');
  }
  const { name, content } = await fileOf(path, fileBytesMax);
  const file = { membershipId, fileName: name, content, datedOn };
  const longer = { deadlineMs: 60_000 };
  const answer = await askMembership(
    MembershipService,
    given,
    (client): Promise<Omit<ImportAnnexe2Response, '$typeName'>> =>
      given.isSet('dry-run')
        ? client.previewAnnexe2(file, longer)
        : client.importAnnexe2(
            {
              ...{ ...file, idempotencyKey: randomUUID() },
              registerException: given.text('register-exception') ?? '',
            },
            longer,
          ),
  );
  const { faults, lines, commitment, sha256, written } = answer;
  return {
    status: faults.length === 0 ? status.ok : status.refused,
    json: answer,
    lines:
      faults.length > 0
        ? [
            ...faults.map(({ line, message }) => `  ligne ${line} : ${message}`),
            `${pointsToMend(faults.length)}, rien n’a été enregistré : corrigez et recommencez.`,
          ]
        : [
            ...commitment.map(
              ({ itemCode, quantity }) => `  ${itemCode} : ${formatCount(quantity)}`,
            ),
            `${plural(lines.length, 'ligne', 'lignes')}, empreinte ${sha256}.`,
            written
              ? 'Saisie enregistrée : une autre personne la vérifie sur le document signé, elle compte ensuite.'
              : 'Essai, rien n’a été enregistré.',
          ],
  };
}
