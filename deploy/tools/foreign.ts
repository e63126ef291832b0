import {
  type ForeignRecords,
  OperationsService,
  serviceNames,
  type ServiceName,
} from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, type Options, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'list [SERVICE]  |  acknowledge SERVICE N° --motif TEXTE   messages que le propriétaire de leur sujet n’a pas écrits, et leur constat';

const motif: Options = { motif: { type: 'string' } };

/** Records that the owner of their topic did not write (FCT-1). Places and faults only. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: [0, 1], run: list },
      acknowledge: { operands: 2, options: motif, run: acknowledge },
    },
    args,
    `npm run ent -- foreign ${usage}`,
  );

async function list(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const pages: { service: ServiceName; total: bigint; records: readonly ForeignRecords[] }[] = [];
  for (const service of services) {
    const { records, total } = await ask(service, given, (client) =>
      client.listForeign({ limit: 200 }),
    );
    pages.push({ service, total, records });
  }
  const open = pages.filter(({ total }) => total > 0n);
  return {
    status: open.length === 0 ? status.ok : status.refused,
    json: pages,
    lines:
      open.length === 0
        ? ['Aucun message étranger à constater.']
        : [
            ...open.flatMap(({ service, total, records }) => [
              `${service} : ${plural(total, 'message étranger', 'messages étrangers')}, sans effet.`,
              ...records.map(lineOf),
              `  Cherchez qui peut écrire dans Kafka, puis : npm run ent -- foreign acknowledge ${service} ${records.at(-1)?.id} --motif TEXTE`,
            ]),
          ],
  };
}

const lineOf = (one: ForeignRecords) => {
  const { firstOffset, lastOffset } = one;
  const place = firstOffset === lastOffset ? `${firstOffset}` : `${firstOffset} à ${lastOffset}`;
  return `  n° ${one.id}  ${one.topic}/${one.partition}@${place}  ${formatCount(one.records)}  ${one.fault}  ${one.type}  ${one.setAsideAt}`;
};

async function acknowledge(given: Given) {
  const [name = '', id = ''] = given.operands;
  const service = serviceNamed(name);
  if (!/^\d{1,18}$/.test(id))
    throw new UsageError('N° : celui de la dernière ligne lue de foreign list');
  const reason = given.text('motif') ?? '';
  const { records } = await ask(service, given, (client) =>
    client.acknowledgeForeign({ throughId: BigInt(id), reason }),
  );
  return {
    status: status.ok,
    json: { service, records },
    lines: [`${service} : ${plural(records, 'message constaté', 'messages constatés')}.`],
  };
}

const ask = <T>(
  service: ServiceName,
  given: Given,
  question: Parameters<typeof askService<typeof OperationsService, T>>[3],
) => askService(service, OperationsService, given, question);
