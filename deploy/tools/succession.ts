import { SuccessionService } from '#libs/contracts';
import { plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { type Given, runVerb, status } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'proposed MARCHÉ   les successions proposées, que deux personnes de la coordination décident (ADH-5)';

/** `succession proposed MARKET`: an operator reads and decides nothing. */
export const run = (args: string[]): Promise<number> =>
  runVerb({ proposed: { operands: 1, run: proposed } }, args, `npm run ent -- succession ${usage}`);

async function proposed(given: Given) {
  const [marketCode = ''] = given.operands;
  const answer = await askMembership(SuccessionService, given, (client) =>
    client.listSuccessions({ marketCode, status: 'PROPOSED', limit: 200 }),
  );
  const { successions } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${plural(successions.length, 'succession proposée', 'successions proposées')}.`,
      ...successions.map(
        ({ effectiveOn, predecessorName, successorName, document, expiresOn }) =>
          `  ${frenchDate(localDate(effectiveOn))}  ${predecessorName} → ${successorName}, sur « ${document?.title ?? ''} », à décider avant le ${frenchDate(localDate(expiresOn))}`,
      ),
    ],
  };
}
