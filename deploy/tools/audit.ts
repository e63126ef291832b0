import {
  OperationsService,
  serviceNames,
  type ServiceName,
  type VerifyAuditResponse,
} from '#libs/contracts';
import { plural } from '#libs/money';
import { afterFindings } from '#libs/persistence';
import { breakUsage, breakVerbs } from './audit-breaks.js';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage = `verify [SERVICE]   compare chaque ligne des journaux avec son scellé, et les chaînes avec leurs ancres (SUP-2)
   ${breakUsage}`;

const deadlineMs = 1_800_000;

export const run = (args: string[]): Promise<number> =>
  runVerb(
    { verify: { operands: [0, 1], run: verify }, ...breakVerbs },
    args,
    `npm run ent -- audit ${usage}`,
  );

/** Fails where a journal is not the one that was sealed. */
async function verify(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const answers: (VerifyAuditResponse & { readonly service: ServiceName })[] = [];
  for (const service of services) {
    const answer = await askService(service, OperationsService, given, (client) =>
      client.verifyAudit({}, { deadlineMs }),
    );
    answers.push({ service, ...answer });
  }
  const found = answers.some(({ findings }) => findings.length > 0);
  const sealed = answers.some(({ books }) => books.some(({ seals }) => seals > 0));
  return {
    // Nothing verified is no proof: a script must not take it for one.
    status: found ? status.refused : sealed ? status.ok : status.notAsked,
    json: answers,
    lines: [
      ...answers.flatMap(linesOf),
      found
        ? afterFindings
        : sealed
          ? 'Les journaux sont ceux qui ont été scellés.'
          : 'Aucun scellé : rien n’a été vérifié.',
    ],
  };
}

const linesOf = ({
  service,
  books,
  anchors,
  breaks,
  findings,
}: VerifyAuditResponse & { readonly service: string }) => [
  ...books.map(
    ({ book, seals, entries, removed }) =>
      `${service}, ${book} : ${plural(seals, 'scellé', 'scellés')}, ${plural(entries, 'ligne comparée', 'lignes comparées')}${removed === 0 ? '' : `, ${plural(removed, 'retirée', 'retirées')} au terme`}.`,
  ),
  `${service} : ${anchors === 0 ? 'aucune ancre encore, la fin des chaînes n’est pas vérifiée (au-delà d’un jour, ce sera une anomalie)' : plural(anchors, 'ancre comparée', 'ancres comparées')}.`,
  ...breaks.map(
    ({ chain, from, day, proposalId }) =>
      `  ${service} : rupture de « ${chain} » à partir du n° ${from}, reconnue par deux personnes le ${day} (${proposalId}).`,
  ),
  ...findings.map(({ text }) => `  ✗ ${service} : ${text}`),
];
