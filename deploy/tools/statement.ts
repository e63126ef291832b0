import { plural } from '#libs/money';
import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { StatementService } from '#libs/contracts';
import { isLocalDate } from '#libs/time';
import { fileOf, type Given, pathOf, runVerb, status, UsageError } from './ent/command.js';
import { askMembership } from './ent/ask.js';

export const usage =
  'get ADHÉSION [--on AAAA-MM-JJ] [--out FICHIER]  |  verify FICHIER|CODE   un état des engagements, et s’il est authentique (ORD-7)';

const fileBytesMax = 2_000_000;
const code = /^([0-9A-Za-z]{5}[\s-]?){4}$/;

/** `statement get MEMBERSHIP`, `statement verify FILE|CODE`: fails where a paper is not genuine. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      get: {
        operands: 1,
        options: { on: { type: 'string' }, out: { type: 'string' } },
        run: getStatement,
      },
      verify: { operands: 1, run: verify },
    },
    args,
    `npm run ent -- statement ${usage}`,
  );

async function getStatement(given: Given) {
  const [membershipId = ''] = given.operands;
  const on = given.text('on') ?? '';
  if (on !== '' && !isLocalDate(on))
    throw new UsageError('--on : une date AAAA-MM-JJ est attendue.');
  const { pdf, ...answer } = await askMembership(StatementService, given, (client) =>
    client.getStatement({ membershipId, on }),
  );
  const place = pathOf(given.text('out') ?? answer.fileName);
  await writeFile(place, pdf);
  return {
    status: status.ok,
    json: { ...answer, file: place },
    lines: [`${place}`, `Code ${answer.code}, contenu SHA-256 ${answer.sha256}`],
  };
}

async function verify(given: Given) {
  const [asked = ''] = given.operands;
  const isFile = existsSync(pathOf(asked));
  if (!isFile && !code.test(asked.trim())) {
    throw new UsageError(`Ni un fichier, ni un code : ${asked}`);
  }
  const request = isFile ? { file: (await fileOf(asked, fileBytesMax)).content } : { code: asked };
  const answer = await askMembership(StatementService, given, (client) =>
    client.verifyStatement(request, { deadlineMs: 60_000 }),
  );
  const isGenuine = answer.verdict === 'GENUINE';
  return {
    status: isGenuine ? status.ok : status.refused,
    json: answer,
    lines: [
      `${isGenuine ? '✓' : '✗'} ${answer.message}`,
      `Code ${answer.code}${answer.on === '' ? '' : `, état du ${answer.on}, adhésion ${answer.membershipId}`}, ${plural(answer.ordersChecked, 'bon recalculé', 'bons recalculés')}.`,
      ...answer.differences.map(
        ({ line, stated, recomputed }) =>
          `  ${line} : ${stated || '(rien)'} ; registre : ${recomputed || '(rien)'}`,
      ),
    ],
  };
}
