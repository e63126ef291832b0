import {
  OperationsService,
  type ParkedEvent,
  serviceNames,
  type ServiceName,
} from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import type { RpcClient } from '#libs/rpc';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage =
  'list [SERVICE]  |  release SERVICE [SUJET CLÉ]   les événements mis de côté, et leur rejeu';

const pageSize = 200;
const replayDeadlineMs = 600_000;

/** What consumers set aside: `parked list [SERVICE]`, `parked release SERVICE [TOPIC KEY]`. Ids and causes only. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: [0, 1], run: list },
      release: { operands: [1, 3], run: release },
    },
    args,
    `npm run ent -- parked ${usage}`,
  );

async function list(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const parked: (ParkedEvent & { readonly service: ServiceName })[] = [];
  for (const service of services) {
    const events = await ask(service, given, allParked);
    parked.push(...events.map((event) => ({ service, ...event })));
  }
  return {
    status: status.ok,
    json: parked,
    lines:
      parked.length === 0
        ? ['Aucun événement de vos marchés n’est mis de côté.']
        : parked.flatMap(linesOf),
  };
}

async function allParked(client: RpcClient<typeof OperationsService>): Promise<ParkedEvent[]> {
  const found: ParkedEvent[] = [];
  for (let afterId = 0n; ;) {
    const { events } = await client.listParked({ limit: pageSize, afterId });
    found.push(...events);
    if (events.length < pageSize) return found;
    afterId = events.at(-1)!.id;
  }
}

const linesOf = ({ service, ...event }: ParkedEvent & { readonly service: string }) => [
  [
    service,
    event.id,
    `${event.topic}/${event.partition}@${event.offset}`,
    event.marketCode || 'tous marchés',
    event.key,
    event.type,
    event.cause,
    event.parkedAt,
  ].join('  '),
  ...(event.causeDetail === '' ? [] : [`    ${event.causeDetail}`]),
];

async function release(given: Given) {
  const [name = '', topic = '', key = ''] = given.operands;
  const service = serviceNamed(name);
  const answer = await ask(service, given, (client) =>
    client.releaseParked({ topic, key }, { deadlineMs: replayDeadlineMs }),
  );
  const { released, stillParked } = answer;
  return {
    status: Number(stillParked) === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `${service} : ${plural(released, 'événement rejoué', 'événements rejoués')}, ${formatCount(stillParked)} encore de côté.`,
    ],
  };
}

const ask = <T>(
  service: ServiceName,
  given: Given,
  question: (client: RpcClient<typeof OperationsService>) => Promise<T>,
) => askService(service, OperationsService, given, question);
