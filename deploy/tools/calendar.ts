import { MembershipService, OperationsService, serviceNames } from '#libs/contracts';
import { plural } from '#libs/money';
import { daysBetween, frenchDate, type LocalDate, localDate } from '#libs/time';
import { askMembership, askService } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage = `show   la journée de chaque service, et comment elle commence (CALENDAR)
   start JOUR [--order TEXTE]   fait commencer une journée ; --order : l’ordre écrit, après un arrêt de plus de sept jours (MKT-4)`;

/** `calendar show`, `calendar start DAY [--order TEXT]`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      show: { operands: 0, run: show },
      start: { operands: 1, options: { order: { type: 'string' } }, run: start },
    },
    args,
    `npm run ent -- calendar ${usage}`,
  );

async function show(given: Given) {
  const services = await Promise.all(
    serviceNames.map(async (service) => {
      const { businessDate, calendar, positions } = await askService(
        service,
        OperationsService,
        given,
        (client) => client.listPositions({}),
      );
      const stopped = positions.find(({ stopped: why }) => why.startsWith('DAY_JUMPS'))?.stopped;
      return { service, businessDate, calendar, stopped: stopped ?? '' };
    }),
  );
  const faults = faultsOf(services);
  return {
    status: faults.length === 0 ? status.ok : status.refused,
    json: services,
    lines: [
      ...services.map(({ service, businessDate, calendar, stopped }) =>
        [service, businessDate || 'aucune journée', `CALENDAR=${calendar}`, stopped].join('  '),
      ),
      ...faults,
    ],
  };
}

export type Standing = { businessDate: string; calendar: string; stopped: string };

/** One day of difference is that of midnight. */
export function faultsOf(services: readonly Standing[]): string[] {
  const days = services.map(({ businessDate }) => businessDate).filter((day) => day !== '');
  const [first, last] = [days.toSorted()[0], days.toSorted().at(-1)];
  const apart = first && last ? daysBetween(first as LocalDate, last as LocalDate) : 0;
  const modes = new Set(services.map(({ calendar }) => calendar));
  return [
    ...(days.length > 0 && days.length < services.length
      ? ['Un service n’a encore commencé aucune journée.']
      : []),
    ...(apart > 1
      ? [`Les services ne sont pas au même jour : ${plural(apart, 'jour', 'jours')} d’écart.`]
      : []),
    ...(modes.size > 1 ? ['Les services n’ont pas tous le même CALENDAR.'] : []),
    ...(services.some(({ stopped }) => stopped !== '')
      ? ['Le début d’une journée est refusé : npm run ent -- positions list dit que faire.']
      : []),
  ];
}

async function start(given: Given) {
  const date = localDate(given.operands[0] ?? '');
  const writtenOrder = given.text('order') ?? '';
  const answer = await askMembership(MembershipService, given, (client) =>
    client.startBusinessDay({ date, writtenOrder }, { deadlineMs: 600_000 }),
  );
  const day = frenchDate(localDate(answer.date));
  return {
    status: status.ok,
    json: answer,
    lines: [answer.changed ? `La journée du ${day} a commencé.` : `C’est déjà le ${day}.`],
  };
}
