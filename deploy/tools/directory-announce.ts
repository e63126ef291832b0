import { DirectoryService } from '#libs/contracts';
import { plural } from '#libs/money';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

/** `directory announce-again REASON`: a round from its beginning to its end, step by step. */
export async function announceAgain(given: Given) {
  const [reason = ''] = given.operands;
  if (reason === '')
    throw new UsageError('Le motif est attendu : KAFKA_PERDU, COPIE_A_REFAIRE ou AUTRE.');
  const told = { structures: 0, people: 0, erased: 0 };
  await askService('directory', DirectoryService, given, async (client) => {
    let cursor = '';
    do {
      const step = await client.announceAgain({ reason, cursor });
      told.structures += step.structures;
      told.people += step.people;
      told.erased += step.erased;
      cursor = step.nextCursor;
    } while (cursor !== '');
  });
  const figures = [
    plural(BigInt(told.structures), 'école', 'écoles'),
    plural(BigInt(told.people), 'personne', 'personnes'),
    plural(BigInt(told.erased), 'effacement', 'effacements'),
  ];
  return {
    status: status.ok,
    json: told,
    lines: [
      `Annoncés de nouveau : ${figures.join(', ')}.`,
      'Les services les reçoivent maintenant : npm run status dit quand tout est lu. Interrompue, la commande se relance telle quelle.',
    ],
  };
}
