import { MembershipService } from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { askMembership } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage =
  'activate ADHÉSION   met en vigueur une adhésion acceptée, avec son bon de commande initial (ADH-6)';

/** `membership activate MEMBERSHIP`. */
export const run = (args: string[]): Promise<number> =>
  runVerb({ activate: { operands: 1, run: activate } }, args, `npm run ent -- membership ${usage}`);

async function activate(given: Given) {
  const membershipId = given.operands[0] ?? '';
  const answer = await askMembership(MembershipService, given, (client) =>
    client.activateMembership({ membershipId }),
  );
  const { organisation, period } = answer.membership ?? {};
  const day = (text = '') => frenchDate(localDate(text));
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${organisation?.name ?? ''} : adhésion en vigueur du ${day(period?.startsOn)} au ${day(period?.endsOn)} (ce jour exclu).`,
    ],
  };
}
