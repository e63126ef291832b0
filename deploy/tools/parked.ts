import {
  OperationsService,
  type ParkedEvent,
  type SkipProposal,
  serviceNames,
  type ServiceName,
} from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import type { RpcClient } from '#libs/rpc';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, type Options, runVerb, status, UsageError } from './ent/command.js';

export const usage = `list [SERVICE]  |  release SERVICE [SUJET CLÉ]   les événements mis de côté, et leur rejeu
   show SERVICE N°   un événement, ce qui attend derrière lui, qui il concerne
   skip SERVICE N° --motif TEXTE   proposer de le passer ; une autre personne décide :
   approve SERVICE N° EMPREINTE  |  reject SERVICE N° EMPREINTE --motif TEXTE  |  withdraw SERVICE N°`;

const motif: Options = { motif: { type: 'string' } };
const pageSize = 200;
const replayDeadlineMs = 600_000;
/** A whole batch of records: nothing of what was in it is known. */
const unreadable = 'UNREADABLE_BATCH';
/** Its partition stands before it. */
const stopping = [unreadable, 'DAY_JUMPS'];

/** What consumers set aside, its replay, and its passing over by two persons. Ids and causes only. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: [0, 1], run: list },
      release: { operands: [1, 3], run: release },
      show: { operands: 2, run: show },
      skip: { operands: 2, options: motif, run: skip },
      approve: { operands: 3, run: (given) => decide(given, 'APPROVED') },
      reject: { operands: 3, options: motif, run: (given) => decide(given, 'REJECTED') },
      withdraw: { operands: 2, options: motif, run: (given) => decide(given, 'WITHDRAWN') },
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

async function show(given: Given) {
  const { service, id } = eventOf(given);
  const answer = await ask(service, given, (client) => client.showParked({ id }));
  const { event, headers, firstId, behind, proposal } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...(event ? linesOf({ service, ...event }) : []),
      ...Object.entries(headers).map(([name, text]) => `    ${name} : ${text}`),
      stopping.includes(event?.cause ?? '')
        ? 'Toute la suite de sa partition attend derrière lui.'
        : `${plural(behind, 'événement attend', 'événements attendent')} derrière lui.`,
      concerned(service, event?.topic ?? '', event?.cause, answer),
      ...(firstId === id
        ? []
        : [`Le premier de sa clé est le n° ${firstId} : décidez d’abord de lui.`]),
      ...(proposal ? proposed(service, id, proposal) : []),
    ],
  };
}

async function skip(given: Given) {
  const { service, id } = eventOf(given);
  const reason = given.text('motif') ?? '';
  if (reason.trim() === '') throw new UsageError('Dites pourquoi : --motif TEXTE.');
  const answer = await ask(service, given, (client) => client.proposeSkip({ id, reason }));
  const { proposal } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: proposal
      ? [
          concerned(service, proposal.at, proposal.cause, proposal),
          ...proposed(service, id, proposal),
        ]
      : [],
  };
}

async function decide(given: Given, outcome: 'APPROVED' | 'REJECTED' | 'WITHDRAWN') {
  const { service, id } = eventOf(given);
  const reason = given.text('motif') ?? '';
  const answer = await ask(service, given, async (client) => {
    const { proposal } = await client.showParked({ id });
    if (!proposal)
      throw new UsageError(`Personne n’a proposé de passer le n° ${id} : parked skip.`);
    // One's own is taken back unread; another's is decided on as it was shown.
    const digest = given.operands[2] ?? proposal.digest;
    return client.decideSkip({ proposalId: proposal.proposalId, digest, outcome, reason });
  });
  const { at = '', key = '', cause, membershipIds = [] } = answer.proposal ?? {};
  const [topic] = at.split('/');
  return {
    status: status.ok,
    json: answer,
    lines:
      outcome === 'APPROVED'
        ? [
            `${service} : l’événement n° ${id} est passé ; il ne sera jamais appliqué.`,
            concerned(service, at, cause, { membershipIds }),
            ...(key === ''
              ? []
              : [`Ce qui attendait derrière lui : parked release ${service} ${topic} ${key}`]),
          ]
        : [`${service} : l’événement n° ${id} reste de côté.`],
  };
}

function eventOf({ operands: [name = '', number = ''] }: Given) {
  if (!/^\d{1,18}$/.test(number)) throw new UsageError('N° : le premier nombre de parked list.');
  return { service: serviceNamed(name), id: BigInt(number) };
}

/** Who must be told where it is passed over: this service has no other way to them than the operator. */
function concerned(
  service: ServiceName,
  topic: string,
  cause: string | undefined,
  { membershipIds }: Pick<SkipProposal, 'membershipIds'>,
): string {
  const [source] = topic.split('.');
  const members =
    cause === unreadable
      ? 'on ne sait pas de qui étaient ces faits (comparez ensuite avec leur émetteur)'
      : membershipIds.length === 0
        ? 'aucune adhésion connue'
        : `adhésions ${membershipIds.join(', ')}`;
  return `Seront prévenues s’il est passé (page et historique) : ${members}. Prévenez vous-même les services ${source} (qui l’a émis) et ${service}.`;
}

const proposed = (
  service: ServiceName,
  id: bigint,
  { proposedBy, proposedOn, expiresOn, reason, digest }: SkipProposal,
) => [
  `${proposedBy} propose de le passer (${proposedOn}) : ${reason}`,
  `Une autre personne décide avant le ${expiresOn} : parked approve ${service} ${id} ${digest}`,
];

const ask = <T>(
  service: ServiceName,
  given: Given,
  question: (client: RpcClient<typeof OperationsService>) => Promise<T>,
) => askService(service, OperationsService, given, question);
