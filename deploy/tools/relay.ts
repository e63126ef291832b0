import { OperationsService, serviceNames, type ServiceName, type UnsentKey } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage =
  'list [SERVICE]  |  retry SERVICE   ce que Kafka refuse de prendre, et un nouvel essai';

/** What relays could not publish: `relay list [SERVICE]`, `relay retry SERVICE`. Keys and causes only. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: [0, 1], run: list },
      retry: { operands: 1, run: retry },
    },
    args,
    `npm run ent -- relay ${usage}`,
  );

async function list(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const found: { service: ServiceName; outboxPending: bigint; keys: readonly UnsentKey[] }[] = [];
  for (const service of services) {
    const { keys, outboxPending } = await ask(service, given, (client) =>
      client.listUnsent({ limit: 200 }),
    );
    found.push({ service, outboxPending, keys });
  }
  const refused = found.flatMap(({ service, keys }) => keys.map((key) => lineOf(service, key)));
  return {
    status: refused.length === 0 ? status.ok : status.refused,
    json: found,
    lines: [
      ...found.map(
        ({ service, outboxPending }) =>
          `${service} : ${plural(outboxPending, 'événement attend d’être publié', 'événements attendent d’être publiés')}.`,
      ),
      ...(refused.length === 0
        ? ['Kafka n’en refuse aucun.']
        : [
            'Kafka refuse ce qui suit ; les autres événements passent. La cause levée : relay retry SERVICE.',
            ...refused,
          ]),
    ],
  };
}

const lineOf = (
  service: ServiceName,
  { topic, key, cause, since, attempts, nextTryAt }: UnsentKey,
) =>
  `  ${service}  ${topic}  ${key === '' ? 'tout le sujet' : key}  ${cause}  depuis ${since}, ` +
  `${plural(attempts, 'essai', 'essais')}, le prochain ${nextTryAt}`;

async function retry(given: Given) {
  const service = serviceNamed(given.operands[0] ?? '');
  const { retried } = await ask(service, given, (client) => client.retryUnsent({}));
  return {
    status: status.ok,
    json: { service, retried },
    lines: [
      `${service} : ${formatCount(retried)} à essayer de nouveau tout de suite ; relay list dit ce qui reste.`,
    ],
  };
}

const ask = <T>(
  service: ServiceName,
  given: Given,
  question: Parameters<typeof askService<typeof OperationsService, T>>[3],
) => askService(service, OperationsService, given, question);
