import { MembershipService } from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { askMembership } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage =
  'start JOUR [--order TEXTE]   fait commencer une journée ; --order : l’ordre écrit, après un arrêt de plus de sept jours (MKT-4)';

/** `calendar start DAY [--order TEXT]`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    { start: { operands: 1, options: { order: { type: 'string' } }, run: start } },
    args,
    `npm run ent -- calendar ${usage}`,
  );

async function start(given: Given) {
  const date = localDate(given.operands[0] ?? '');
  const writtenOrder = given.text('order') ?? '';
  const answer = await askMembership(MembershipService, given, (client) =>
    client.startBusinessDay({ date, writtenOrder }, { deadlineMs: 600_000 }),
  );
  const day = frenchDate(localDate(answer.date));
  return {
    status: status.ok,
    json: answer,
    lines: [answer.changed ? `La journée du ${day} a commencé.` : `C’est déjà le ${day}.`],
  };
}
