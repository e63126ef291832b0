import {
  type BreaksProposal,
  type ChainBreak,
  OperationsService,
  serviceNames,
  type ServiceName,
} from '#libs/contracts';
import { plural } from '#libs/money';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, type Options, status, UsageError } from './ent/command.js';

const motif: Options = { motif: { type: 'string' } };

/** What a restore took from chains that were anchored: two persons acknowledge it. */
export const breakVerbs = {
  breaks: { operands: [0, 1] as const, run: breaks },
  acknowledge: { operands: 1, options: motif, run: acknowledge },
  approve: { operands: 2, run: (given: Given) => decide(given, 'APPROVED') },
  reject: { operands: 2, options: motif, run: (given: Given) => decide(given, 'REJECTED') },
  withdraw: { operands: 1, run: (given: Given) => decide(given, 'WITHDRAWN') },
};

export const breakUsage = `breaks [SERVICE]  |  acknowledge SERVICE --motif TEXTE   les ruptures qu’une restauration a laissées ; proposer de les reconnaître, une autre personne décide :
   approve SERVICE EMPREINTE  |  reject SERVICE EMPREINTE --motif TEXTE  |  withdraw SERVICE`;

/** Status 1 where something is broken and not acknowledged. */
async function breaks(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const answers = [];
  for (const service of services) {
    const answer = await askService(service, OperationsService, given, (client) =>
      client.showBreaks({}, { deadlineMs: 600_000 }),
    );
    answers.push({ service, ...answer });
  }
  const isBroken = answers.some(({ chains }) => chains > 0);
  return {
    status: isBroken ? status.refused : status.ok,
    json: answers,
    lines: isBroken
      ? answers.flatMap(({ service, proposal, ...found }) => [
          ...linesOf(service, found),
          ...(proposal ? proposed(service, proposal) : []),
        ])
      : [
          'Aucune rupture : les chaînes sont celles qui ont été ancrées, ou leurs ruptures sont reconnues.',
        ],
  };
}

async function acknowledge(given: Given) {
  const service = serviceNamed(given.operands[0] ?? '');
  const reason = given.text('motif') ?? '';
  if (reason.trim() === '') throw new UsageError('Dites pourquoi : --motif TEXTE.');
  const answer = await askService(service, OperationsService, given, (client) =>
    client.proposeBreaks({ reason }, { deadlineMs: 600_000 }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: answer.proposal ? proposed(service, answer.proposal) : [],
  };
}

async function decide(given: Given, outcome: 'APPROVED' | 'REJECTED' | 'WITHDRAWN') {
  const service = serviceNamed(given.operands[0] ?? '');
  const reason = given.text('motif') ?? '';
  const answer = await askService(service, OperationsService, given, async (client) => {
    const { proposal } = await client.showBreaks({}, { deadlineMs: 600_000 });
    if (!proposal) {
      throw new UsageError(`Personne n’a rien proposé pour ${service} : audit acknowledge.`);
    }
    // One's own is taken back unread; another's is decided on as it was shown.
    const digest = given.operands[1] ?? proposal.digest;
    const { proposalId } = proposal;
    return client.decideBreaks({ proposalId, digest, outcome, reason }, { deadlineMs: 600_000 });
  });
  return {
    status: status.ok,
    json: answer,
    lines: [
      outcome === 'APPROVED'
        ? `${service} : rupture reconnue ; les chaînes sont de nouveau ancrées. audit verify la redira toujours.`
        : `${service} : la rupture n’est pas reconnue.`,
    ],
  };
}

const linesOf = (
  service: ServiceName,
  { chains, breaks }: { readonly chains: number; readonly breaks: readonly ChainBreak[] },
) =>
  chains === 0
    ? []
    : [
        `${service} : ${plural(chains, 'chaîne ne tient plus', 'chaînes ne tiennent plus')} ce qui en a été ancré.`,
        ...breaks.map(
          ({ chain, from, endsAt }) =>
            `    ${chain} : à partir du n° ${from} (${endsAt === 0 ? 'il n’en reste rien' : `elle va maintenant jusqu’au n° ${endsAt}`})`,
        ),
        ...(chains > breaks.length ? [`    … et ${chains - breaks.length} autres`] : []),
      ];

const proposed = (service: ServiceName, proposal: BreaksProposal) => [
  ...linesOf(service, proposal),
  `${service} : ${proposal.proposedBy} propose de reconnaître la rupture (${proposal.proposedOn}) : ${proposal.reason}`,
  `    restauration du ${proposal.restoredAt}${proposal.backup === '' ? ', sans sauvegarde' : `, sauvegarde ${proposal.backup}`}`,
  `    Une autre personne décide avant le ${proposal.expiresOn} : npm run ent -- audit approve ${service} ${proposal.digest}`,
];
