import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DirectoryService, type Import } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { announceAgain } from './directory-announce.js';
import { declaration, declareSource, listSources } from './directory-sources.js';
import { askService, required } from './ent/ask.js';
import { type Given, numberOf, pathOf, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'declare-source CODE --kind AAF_1D --title INTITULÉ [--academy A] [--priority N] [--departments 44,49] [--schools UAI,…] [--profiles P,…] [--disabled]  |  sources  |  import DOSSIER --source CODE [--dated-on JOUR]  |  imports [--limit N]  |  approve|reject IMPORT --reason MOTIF [--ticket N]  |  announce-again MOTIF   sources et imports de l’annuaire, et ceux que le frein retient (DIR-1, DIR-3, DIR-5) ; tout annoncer de nouveau quand Kafka est perdu';

const decision = { reason: { type: 'string' }, ticket: { type: 'string' } } as const;
const states: Readonly<Record<string, string>> = {
  READING: 'lecture des fichiers',
  PLANNED: 'différences établies',
  HELD: 'RETENU PAR LE FREIN : à approuver ou à rejeter',
  FAILED: 'EN ÉCHEC : à relancer',
  APPLYING: 'enregistrement',
  COMPLETED: 'terminé',
  REFUSED: 'refusé',
};

/** `directory import FOLDER`, `directory imports`, `directory approve|reject IMPORT --reason REASON`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      'declare-source': { operands: 1, options: declaration, run: declareSource },
      sources: { operands: 0, run: listSources },
      import: {
        operands: 1,
        options: { source: { type: 'string' }, 'dated-on': { type: 'string' } },
        run: startImport,
      },
      imports: { operands: 0, options: { limit: { type: 'string' } }, run: listImports },
      approve: { operands: 1, options: decision, run: approveImport },
      reject: { operands: 1, options: decision, run: rejectImport },
      'announce-again': { operands: 1, run: announceAgain },
    },
    args,
    `npm run ent -- directory ${usage}`,
  );

async function startImport(given: Given) {
  const source = given.text('source');
  if (source === undefined) {
    throw new UsageError(
      '--source : la source déclarée qui livre ce dossier est attendue (directory sources).',
    );
  }
  const folder = await dropped(given.operands[0] ?? '');
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    const { importId } = await client.startImport({
      folder,
      source,
      datedOn: given.text('dated-on') ?? '',
    });
    return client.getImport({ importId });
  });
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...linesOf(answer.import),
      'L’import se poursuit sans cette commande : npm run ent -- directory imports dit où il en est.',
    ],
  };
}

/**
 * The name of a folder of the drop area. An export that lies elsewhere on this machine is laid down there under its
 * own name first: written beside, then renamed, so that a folder of that name is whole. Nobody else of the machine reads
 * the copy, whoever may read the original; the directory removes it when the import has ended.
 */
async function dropped(name: string): Promise<string> {
  const source = pathOf(name);
  if (!existsSync(source)) return name;
  if (!(await stat(source)).isDirectory()) {
    throw new UsageError(`${name} : le dossier d’un export est attendu, avec tous ses fichiers.`);
  }
  const area = required('AAF_DROP_FOLDER');
  const folder = basename(source);
  const target = join(area, folder);
  if (source === target) return folder;
  if (existsSync(target)) {
    throw new UsageError(
      `${folder} est déjà dans la zone de dépôt : donnez ce nom seul, ou renommez le dossier.`,
    );
  }
  const draft = join(area, `.${folder}.${process.pid}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    await cp(source, draft, { recursive: true, dereference: true });
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
    }
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function listImports(given: Given) {
  const limit = numberOf(given, 'limit') ?? 20;
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listImports({ limit, cursor: '' }),
  );
  const { imports } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: imports.length === 0 ? ['Aucun import.'] : imports.flatMap(linesOf),
  };
}

async function approveImport(given: Given) {
  const importId = given.operands[0] ?? '';
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    await client.approveImport({ importId, reason: reasonOf(given) });
    return client.getImport({ importId });
  });
  return {
    status: status.ok,
    json: answer,
    lines: [
      'Import approuvé : ce qui était retenu s’applique tel que prévu.',
      ...linesOf(answer.import),
    ],
  };
}

async function rejectImport(given: Given) {
  const importId = given.operands[0] ?? '';
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    await client.rejectImport({ importId, reason: reasonOf(given) });
    return client.getImport({ importId });
  });
  return {
    status: status.ok,
    json: answer,
    lines: [
      'Import rejeté : rien de ce qui était retenu n’a été enregistré.',
      ...linesOf(answer.import),
    ],
  };
}

/** As the directory keeps it: a reason of its list, and a ticket number. */
function reasonOf(given: Given): string {
  const reason = given.text('reason');
  if (reason === undefined) throw new UsageError('--reason : le motif de la décision est attendu.');
  return [reason, given.text('ticket') ?? ''].join(' ').trim();
}

function linesOf(report: Import | undefined): string[] {
  if (report === undefined) return [];
  const { importId, folder, startedOn, state, remarks } = report;
  return [
    `${importId}  ${folder}, demandé le ${startedOn} : ${states[state] ?? state}.`,
    `  ${plural(report.entriesRead, 'entrée lue', 'entrées lues')}, ${plural(report.structures, 'école', 'écoles')} ; personnes : ${plural(report.peopleCreated, 'nouvelle', 'nouvelles')}, ${plural(report.peopleChanged, 'modifiée', 'modifiées')}, ${plural(report.peopleRemoved, 'partante', 'partantes')} ; ${plural(report.peopleApplied, 'enregistrée', 'enregistrées')} sur ${formatCount(report.peoplePlanned)}.`,
    ...remarks.map(({ message, count }) => `  • ${message} (${formatCount(count)})`),
  ];
}
