import { DirectoryService, OperationsService, serviceNames, topics } from '#libs/contracts';
import { askService } from './ent/ask.js';
import { type Given, status } from './ent/command.js';

/** `directory erasure-proof PERSON`: the directory's proof, and what each service answers now of its copy and outbox. */
export async function proveErasure(given: Given) {
  const [personId = ''] = given.operands;
  const proof = await askService('directory', DirectoryService, given, (client) =>
    client.getErasure({ personId }),
  );
  const found = await Promise.all(
    serviceNames.map(async (service) => ({
      service,
      ...(await askService(service, OperationsService, given, (client) =>
        client.findStates({ topic: topics.person.name, keys: [proof.personId] }),
      )),
    })),
  );
  const held = found.filter(({ heldKeys }) => heldKeys.length > 0);
  const waiting = found.filter(({ waitingKeys }) => waitingKeys.length > 0);
  const isErased = held.length + waiting.length === 0;
  const copies = found.filter(({ keepsStates }) => keepsStates).map(({ service }) => service);
  return {
    status: isErased ? status.ok : status.refused,
    json: { proof, found },
    lines: [
      `${proof.personId} : parti le ${proof.leftOn}, effacé de l’annuaire le ${proof.erasedOn}.`,
      proof.toldAgainOn === ''
        ? 'Kafka : l’effacement est publié ; il le sera une seconde fois huit jours après, pour que l’ancien état soit compacté.'
        : `Kafka : l’effacement est publié, et l’a été de nouveau le ${proof.toldAgainOn}.`,
      ...held.map(
        ({ service }) =>
          `${service} garde encore cette personne : attendez que npm run status dise tout lu, puis recommencez ; sinon voyez npm run ent -- parked list ${service}.`,
      ),
      ...waiting.map(
        ({ service }) =>
          `${service} a encore à publier à son sujet : voyez npm run ent -- relay list ${service}.`,
      ),
      ...(isErased ? [`Rien d’elle dans les copies de ${copies.join(', ')} à cet instant.`] : []),
    ],
  };
}
