import { DirectoryService, type DropAreaEntry } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { askService } from './ent/ask.js';
import { type Given, status } from './ent/command.js';

const states: Readonly<Record<string, string>> = {
  GROWING: 'en cours de dépôt',
  WAITING: 'complet, pris dans la minute',
  IMPORTING: 'en cours de lecture',
  REFUSED: 'REFUSÉ',
  BY_HAND: 'à importer à la main (directory import)',
};

/** `directory drop-area`: what lies there, and what becomes of it. */
export async function listDropArea(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listDropArea({}),
  );
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.entries.length === 0
        ? ['La zone de dépôt est vide.']
        : answer.entries.flatMap(linesOf),
  };
}

const linesOf = ({ folder, state, reason, files, bytes }: DropAreaEntry) => [
  `${folder}  ${states[state] ?? state} ; ${plural(files, 'fichier', 'fichiers')}, ${formatCount(bytes / 1_000n)} ko.`,
  ...(reason === '' ? [] : [`  ${reason}`]),
];
