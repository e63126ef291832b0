import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsService } from '#libs/contracts';
import {
  announceKey,
  keyInUse,
  ownKeyFile,
  readFactKeyRing,
  reloadEveryMs,
  retireKeys,
  ringFile,
  useKey,
} from '#libs/messaging';
import { askService, serviceNamed } from './ent/ask.js';
import { type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'list  |  rotate SERVICE  |  retire SERVICE   les clés qui signent les faits de chaque service, leur remplacement et leur retrait';

/** Keys by which services prove that they wrote their facts (FCT-1), in the folder `FACT_KEY_FOLDER`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      list: { operands: 0, run: () => Promise.resolve(list()) },
      rotate: { operands: 1, run: rotate },
      retire: { operands: 1, run: retire },
    },
    args,
    `npm run ent -- fact-keys ${usage}`,
  );

function folder(): string {
  const path = process.env['FACT_KEY_FOLDER'];
  if (!path || !existsSync(ringFile(path)))
    throw new UsageError('FACT_KEY_FOLDER : le dossier des clés, avec ring.json');
  return path;
}

function list() {
  const path = folder();
  const ring = readFactKeyRing(ringFile(path));
  return {
    status: status.ok,
    json: ring,
    lines: Object.entries(ring).flatMap(([owner, keys]) => {
      const current = currentOf(path, owner, keys);
      return keys.map(({ kid, until }, at) => {
        const bound = until
          ? `retirée au message ${until.seq} de l’incarnation ${until.epoch}`
          : '';
        const word =
          at > current ? 'annoncée, ne signe pas encore' : bound || 'remplacée, à retirer';
        return `${owner}  ${kid}  ${at === current ? 'signe' : word}`;
      });
    }),
  };
}

/** Place of the key that signs: the newest one where the private key lies on another machine. */
function currentOf(path: string, owner: string, keys: readonly { readonly kid: string }[]): number {
  const inUse = keyInUse(path, owner);
  if (inUse === undefined) return keys.length - 1;
  const current = keys.findIndex(({ kid }) => kid === inUse);
  if (current >= 0) return current;
  throw new UsageError(
    `${owner} signe avec ${inUse}, que ring.json n’a pas : remettez l’anneau d’une sauvegarde`,
  );
}

/** A reader that has just read the ring reads it again before the first record with the new key comes. */
async function rotate({ operands: [name = ''] }: Given) {
  const owner = serviceNamed(name);
  const path = folder();
  if (!existsSync(ownKeyFile(path, owner)))
    throw new UsageError(`${owner} n’a pas de clé dans ce dossier`);
  const key = announceKey(path, owner);
  await sleep(2 * reloadEveryMs);
  // A key that readers do not know would make each of its records a foreign one.
  if (!readFactKeyRing(ringFile(path))[owner]?.some(({ kid }) => kid === key.kid))
    throw new UsageError(
      'ring.json a été remplacé entre-temps, l’ancienne clé signe encore : recommencez',
    );
  useKey(path, owner, key);
  const { kid } = key;
  return {
    status: status.ok,
    json: { owner, kid },
    lines: [
      `${owner} : signe avec ${kid} dès son prochain message. Aucun service ne s’arrête.`,
      `Ensuite, pour que l’ancienne clé ne signe plus rien : npm run ent -- fact-keys retire ${owner}`,
    ],
  };
}

/** The service states the first record of its new key, which becomes the bound of the older ones. */
async function retire(given: Given) {
  const owner = serviceNamed(given.operands[0] ?? '');
  const path = folder();
  if (keyInUse(path, owner) === undefined)
    throw new UsageError(`${owner} n’a pas de clé dans ce dossier`);
  const { signingKeys } = await askService(owner, OperationsService, given, (client) =>
    client.listPositions({}),
  );
  const signed = signingKeys.map(({ kid, epoch, seq }) => ({
    ...{ kid, epoch: Number(epoch), seq: Number(seq) },
  }));
  const bounded = retireKeys(path, owner, signed);
  const ring = readFactKeyRing(ringFile(path))[owner] ?? [];
  const open = ring.slice(0, currentOf(path, owner, ring)).filter(({ until }) => !until);
  return {
    status: open.length === 0 ? status.ok : status.refused,
    json: { owner, bounded, open: open.map(({ kid }) => kid) },
    lines: [
      ...bounded.map(
        (kid) => `${owner} : ${kid} vérifie les anciens messages, et n’en signe plus.`,
      ),
      ...open.map(
        ({ kid }) =>
          `${owner} : ${kid} signe encore, car la nouvelle clé n’a pas encore servi. Réessayez après son premier message.`,
      ),
      ...(bounded.length + open.length === 0 ? [`${owner} : aucune clé à retirer.`] : []),
    ],
  };
}
