import { OperationsService, type ServiceName, serviceNames } from '#libs/contracts';
import { plural } from '#libs/money';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, runVerb, status } from './ent/command.js';

export const usage =
  'list [SERVICE]  |  go-on SERVICE SUJET MOTIF  |  rejoin SERVICE SUJET MOTIF  |  read-again SERVICE SUJET MOTIF  |  raise SERVICE MOTIF   où en est la lecture, et la suite à donner à un arrêt';

/** Where services stand in what they read, and what a person decides where one stopped. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: [0, 1], run: list },
      'go-on': { operands: 3, run: (given) => goOn(given, false) },
      rejoin: { operands: 3, run: (given) => goOn(given, true) },
      'read-again': { operands: 3, run: readAgain },
      raise: { operands: 2, run: raise },
    },
    args,
    `npm run ent -- positions ${usage}`,
  );

async function list(given: Given) {
  const [only] = given.operands;
  const services = only === undefined ? serviceNames : [serviceNamed(only)];
  const found = await Promise.all(
    services.map(async (service) => ({
      service,
      ...(await ask(service, given, (client) => client.listPositions({}))),
    })),
  );
  const stops = found.flatMap(({ service, positions }) =>
    positions
      .filter(({ stopped }) => stopped !== '')
      .map(
        ({ topic, partition, nextOffset, stopped }) =>
          `  ${service}  ${topic}/${partition}  à ${nextOffset}  ${stopped}`,
      ),
  );
  return {
    status: stops.length === 0 ? status.ok : status.refused,
    json: found,
    lines: [
      ...found.map(({ service, positions, incarnations: [newest] }) => {
        const read = plural(BigInt(positions.length), 'partition lue', 'partitions lues');
        const forgone = positions.reduce((sum, one) => sum + one.forgone, 0n);
        const passedOver =
          forgone === 0n
            ? ''
            : ` ${plural(forgone, 'fait abandonné', 'faits abandonnés')} par une restauration, sans effet.`;
        const life = newest
          ? `base vivante depuis ${newest.since} (incarnation ${newest.epoch}, génération ${newest.generation})`
          : 'rien de publié encore';
        return `${service} : ${read} ; ${life}.${passedOver}`;
      }),
      ...(stops.length === 0
        ? ['Aucune lecture n’est arrêtée.']
        : [
            'Ces lectures sont arrêtées : comparez avec le service qui publie, puis positions go-on (la suite telle quelle), rejoin (sujet recréé, où tout est redit sous les mêmes numéros) ou read-again (tout relire, sur une base remise à son début). UNREADABLE_BATCH : go-on essaie de nouveau ; à défaut, deux personnes passent ce lot (parked skip). DAY_JUMPS : aucun fait de cette journée n’est appliqué ; comparez avec calendar show, puis deux personnes passent ce début de journée (parked skip).',
            ...stops,
          ]),
    ],
  };
}

/** Numbers are kept where a topic was made anew and its owner tells again what it told. */
async function goOn(given: Given, keepNumbers: boolean) {
  const [name = '', topic = '', reason = ''] = given.operands;
  const service = serviceNamed(name);
  const { partitions } = await ask(service, given, (client) =>
    client.goOn({ topic, reason, keepNumbers }),
  );
  const which = plural(BigInt(partitions), 'lecture reprend', 'lectures reprennent');
  return said(service, `${which} dans quelques secondes ; positions list le confirme.`);
}

async function readAgain(given: Given) {
  const [name = '', topic = '', reason = ''] = given.operands;
  const service = serviceNamed(name);
  const { partitions } = await ask(service, given, (client) => client.readAgain({ topic, reason }));
  const which = plural(BigInt(partitions), 'partition sera relue', 'partitions seront relues');
  return said(service, `${which} depuis le début du journal.`);
}

async function raise(given: Given) {
  const [name = '', reason = ''] = given.operands;
  const service = serviceNamed(name);
  const { generation } = await ask(service, given, (client) => client.raiseGeneration({ reason }));
  const word = `génération ${generation} : ce qui est publié désormais est d’une nouvelle vie de la base.`;
  return said(service, word);
}

const said = (service: ServiceName, word: string) => ({
  status: status.ok,
  json: { service, word },
  lines: [`${service} : ${word}`],
});

const ask = <T>(
  service: ServiceName,
  given: Given,
  question: Parameters<typeof askService<typeof OperationsService, T>>[3],
) => askService(service, OperationsService, given, question);
