import { basename, join } from 'node:path';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { addMissingKeys, readFactKeyRing } from '#libs/messaging';
import { formatCount, plural } from '#libs/money';
import { backedUpKeyRing, createBackup } from './backup/create-backup.js';
import {
  backupFolder,
  backupsIn,
  damageOf,
  keepDaysMax,
  pruneBackups,
  tellBackups,
} from './backup/kept-backups.js';
import { dumpOf } from './backup/manifest.js';
import {
  dropKept,
  keptAside,
  keptSince,
  requireStopped,
  restoreDatabase,
} from './backup/restore-database.js';
import { restoreDocuments } from './backup/restore-documents.js';
import { databaseOf, required } from './backup/service-database.js';
import { serviceNamed } from './ent/ask.js';
import { type Given, numberOf, pathOf, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'create [DOSSIER] [--without-documents]  |  list [DOSSIER]  |  verify SAUVEGARDE  |  prune [DOSSIER] --keep-days JOURS  |  ' +
  'restore SAUVEGARDE [SERVICE…] [--without-documents]  |  drop-old [SERVICE…]   les sauvegardes : bases, documents, ancres';

const anyServices = serviceNames.map((_, at) => at);
const withoutDocuments = { 'without-documents': { type: 'boolean' } } as const;

/**
 * What it promises, and what not: `deploy/README.md`. Like `migrate` it asks no service and so no login: whoever has
 * the owners' addresses may do it, and while a database is lost nobody could be asked.
 */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      create: { operands: [0, 1], options: withoutDocuments, run: create },
      list: { operands: [0, 1], run: list },
      verify: { operands: 1, run: verify },
      prune: { operands: [0, 1], options: { 'keep-days': { type: 'string' } }, run: prune },
      restore: {
        operands: [1, ...anyServices.map((at) => at + 2)],
        options: withoutDocuments,
        run: restore,
      },
      'drop-old': { operands: [0, ...anyServices.map((at) => at + 1)], run: dropOld },
    },
    args,
    `npm run ent -- backup ${usage}`,
  );

async function create(given: Given) {
  const parent = parentOf(given);
  const { folder, manifest } = await createBackup({
    ...{ parent, now: new Date(), databases: serviceNames.map(databaseOf), say: progress },
    documentFolder: documentFolderOf(given),
    anchorFolder: required('ANCHOR_FOLDER'),
    keyRingFile: required('FACT_KEY_RING_FILE'),
  });
  await tellState(parent);
  const missing = manifest.documentsMissing.length;
  return {
    status: missing === 0 ? status.ok : status.refused,
    json: { folder, takenAt: manifest.takenAt, documentsMissing: manifest.documentsMissing },
    lines: [
      `Sauvegarde faite : ${folder} (${plural(manifest.files.length, 'fichier', 'fichiers')}, ${formatCount(bytesOf(manifest))} octets).`,
      ...(missing === 0
        ? []
        : [
            `${plural(missing, 'document est connu', 'documents sont connus')} de la base mais absents du magasin : le manifeste les nomme. Cherchez-les dans une sauvegarde plus ancienne.`,
          ]),
    ],
  };
}

async function list(given: Given) {
  const parent = parentOf(given);
  const backups = await backupsIn(parent);
  const now = Date.now();
  return {
    status: backups.length > 0 ? status.ok : status.refused,
    json: backups,
    lines:
      backups.length > 0
        ? backups.map(
            ({ folder, takenAt }) =>
              `  ${basename(folder)}  ${agoOf(now - takenAt.getTime())}  ${folder}`,
          )
        : [`Aucune sauvegarde dans ${parent} : npm run ent -- backup create.`],
  };
}

async function verify(given: Given) {
  const folder = backupFolder(given.operands[0]!);
  const { manifest, damaged } = await damageOf(folder);
  return {
    status: damaged.length === 0 ? status.ok : status.refused,
    json: { folder, takenAt: manifest.takenAt, damaged },
    lines:
      damaged.length === 0
        ? [
            `${folder} est intacte : ${plural(manifest.files.length, 'fichier', 'fichiers')}, du ${manifest.takenAt}.`,
          ]
        : [
            `${folder} est abîmée ; prenez-en une autre (backup list) :`,
            ...damaged.slice(0, 50).map(({ path, code }) => `  ${path} : ${damageWords[code]}`),
          ],
  };
}

const damageWords = {
  MISSING: 'manque',
  CHANGED: 'n’est plus ce qui a été écrit',
  NOT_LISTED: 'n’est pas de cette sauvegarde',
  UNREADABLE: 'pg_restore ne la lit pas',
} as const;

async function prune(given: Given) {
  const parent = parentOf(given);
  const keepDays = numberOf(given, 'keep-days');
  if (keepDays === undefined || keepDays < 1 || keepDays > keepDaysMax) {
    throw new UsageError(
      `--keep-days attend un nombre de jours, de 1 à ${keepDaysMax} : une sauvegarde contient des données personnelles, qui ne se gardent pas plus de trois mois.`,
    );
  }
  const { removed, left, newest, isLate } = await pruneBackups(parent, {
    ...{ keepDays, now: new Date() },
  });
  await tellState(parent);
  return {
    status: isLate ? status.refused : status.ok,
    json: { removed, left, newest, isLate },
    lines: [
      `${plural(removed.length, 'sauvegarde supprimée', 'sauvegardes supprimées')}.`,
      ...(isLate
        ? [
            `La dernière, ${newest!.folder}, a plus de ${keepDaysMax} jours et devrait l’être aussi : faites-en une nouvelle (backup create), puis recommencez.`,
          ]
        : []),
    ],
  };
}

async function restore(given: Given) {
  const [backup = '', ...names] = given.operands;
  const folder = backupFolder(backup);
  const services = names.length > 0 ? chosen(names) : serviceNames;
  const withDocuments = services.includes('membership') && !given.isSet('without-documents');
  const documentFolder = withDocuments ? required('DOCUMENT_FOLDER') : undefined;
  progress('  lecture de la sauvegarde');
  const { manifest, damaged } = await damageOf(
    folder,
    (file) =>
      services.some((service) => file === dumpOf(service)) ||
      (withDocuments && file.startsWith('documents/')),
  );
  const known = new Set(manifest.databases.map(({ service }) => service));
  const lacking = services.filter((service) => !known.has(service));
  if (damaged.length > 0 || lacking.length > 0) {
    const names = [...damaged.map((one) => one.path), ...lacking];
    return {
      status: status.refused,
      json: { folder, damaged, lacking },
      lines: [
        `${folder} est abîmée ou incomplète (${names.slice(0, 5).join(', ')}) : rien n’a été changé.`,
      ],
    };
  }
  const databases = services.map(databaseOf);
  // All of them before the first: half a restore at night is worse than none.
  for (const database of databases) await requireStopped(database);
  const done: { service: ServiceName; kept: string | undefined }[] = [];
  try {
    for (const database of databases) {
      progress(`  ${database.service} : restauration dans une base neuve`);
      const { kept } = await restoreDatabase(database, {
        ...{ folder, takenAt: manifest.takenAt, now: new Date() },
      });
      done.push({ service: database.service, kept });
    }
  } catch (error) {
    if (done.length > 0)
      progress(`  Déjà restaurés : ${done.map(({ service }) => service).join(', ')}.`);
    throw error;
  }
  const documents = documentFolder ? await restoreDocuments(folder, manifest, documentFolder) : 0;
  const keys = addMissingKeys(
    required('FACT_KEY_RING_FILE'),
    readFactKeyRing(join(folder, backedUpKeyRing)),
  );
  if (process.env['BACKUP_FOLDER']) await tellState(process.env['BACKUP_FOLDER']);
  return {
    status: status.ok,
    json: { folder, takenAt: manifest.takenAt, restored: done, documents, keys },
    lines: [
      ...done.map(({ service, kept }) =>
        kept
          ? `  ${service} : restauré ; l’ancienne base est gardée sous ${kept}.`
          : `  ${service} : restauré.`,
      ),
      `État du ${manifest.takenAt}. ${plural(documents, 'document remis', 'documents remis')} en place.`,
      ...(keys.length === 0
        ? []
        : [
            `${plural(keys.length, 'clé publique remise', 'clés publiques remises')} dans l’anneau ; une fois les services démarrés : fact-keys retire SERVICE.`,
          ]),
      'Laissez les services arrêtés. Ce qu’il faut reprendre :',
      `  npm run ent -- recovery plan --backup ${backup}`,
    ],
  };
}

async function dropOld(given: Given) {
  const services = given.operands.length > 0 ? chosen(given.operands) : serviceNames;
  const dropped: string[] = [];
  for (const database of services.map(databaseOf)) {
    if ((await keptAside(database)).length > 0) dropped.push(...(await dropKept(database)));
  }
  if (process.env['BACKUP_FOLDER']) await tellState(process.env['BACKUP_FOLDER']);
  return {
    status: status.ok,
    json: { dropped },
    lines: [
      `${plural(dropped.length, 'ancienne base supprimée', 'anciennes bases supprimées')}.`,
      ...dropped.map((name) => `  ${name}`),
    ],
  };
}

/** What an alarm looks at, told anew by whatever changes it, and by each night's backup. */
async function tellState(parent: string): Promise<void> {
  const kept = await Promise.all(serviceNames.map((service) => keptAside(databaseOf(service))));
  await tellBackups(parent, keptSince(kept.flat()));
}

const chosen = (names: readonly string[]) => [...new Set(names.map(serviceNamed))];
const parentOf = ({ operands: [folder] }: Given) =>
  folder === undefined ? required('BACKUP_FOLDER') : pathOf(folder);
const documentFolderOf = (given: Given) =>
  given.isSet('without-documents') ? undefined : required('DOCUMENT_FOLDER');
const bytesOf = ({ files }: { files: readonly { bytes: number }[] }) =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);

function agoOf(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? `il y a ${hours} h` : `il y a ${Math.floor(hours / 24)} jours`;
}

/** Apart from the answer, which a script may read. */
const progress = (line: string) => void process.stderr.write(`${line}\n`);
