import { type MemberMargin, MarginService } from '#libs/contracts';
import { formatCount } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { type Column, rightAligned, table } from '../local/demo/text-table.js';
import { type Given, numberOf, runVerb, status, type Verb } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'near-floor|near-maximum MARCHÉ [--accounts N] [--percent P]   les membres, du plus près de sa limite au plus loin (ORD-2, ORD-6)';

const options = { accounts: { type: 'string' }, percent: { type: 'string' } } as const;
const verbOf = (bound: 'FLOOR' | 'MAXIMUM'): Verb => ({
  operands: 1,
  options,
  run: (given) => near(bound, given),
});

/** `members near-floor MARKET`, `members near-maximum MARKET`: the nearest first, planned changes included. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    { 'near-floor': verbOf('FLOOR'), 'near-maximum': verbOf('MAXIMUM') },
    args,
    `npm run ent -- members ${usage}`,
  );

async function near(bound: 'FLOOR' | 'MAXIMUM', given: Given) {
  const marketCode = given.operands[0] ?? '';
  const accounts = numberOf(given, 'accounts');
  const percent = numberOf(given, 'percent');
  const asked = {
    marketCode,
    bound,
    ...(accounts === undefined ? {} : { accounts }),
    ...(percent === undefined ? {} : { percent }),
  };
  const { on, margins } = await askMembership(MarginService, given, async (client) => {
    const all: MemberMargin[] = [];
    for (let cursor = ''; ;) {
      const answer = await client.listMargins({ ...asked, limit: 200, cursor });
      all.push(...answer.margins);
      cursor = answer.nextCursor;
      if (cursor === '') return { on: answer.on, margins: all };
    }
  });
  return {
    status: status.ok,
    json: { on, margins },
    lines: [
      `Marché ${marketCode}, à partir du ${frenchDate(localDate(on))}`,
      ...(margins.length === 0
        ? ['Aucun membre.']
        : [table(columnsOf(bound), margins, undefined, (text) => text)]),
    ],
  };
}

const columnsOf = (bound: 'FLOOR' | 'MAXIMUM'): Column<MemberMargin>[] => [
  { title: 'Membre', cell: ({ organisationName }) => organisationName },
  { title: 'Besoin', cell: ({ itemCode }) => (itemCode === '*' ? 'ensemble' : itemCode) },
  { title: 'Jour le plus serré', cell: ({ on }) => on },
  { title: 'Commandé', align: rightAligned, cell: ({ ordered }) => formatCount(ordered) },
  {
    title: bound === 'FLOOR' ? 'Engagement' : 'Maximum',
    align: rightAligned,
    cell: (row) => formatCount(row.bound),
  },
  { title: 'Reste', align: rightAligned, cell: ({ margin }) => formatCount(margin) },
  { title: 'Adhésion', cell: ({ membershipId }) => membershipId },
];
