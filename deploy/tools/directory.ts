import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DirectoryService } from '#libs/contracts';
import { DomainError } from '#libs/problems';
import { announceAgain } from './directory-announce.js';
import {
  asked,
  different,
  listDoubles,
  listMerges,
  merged,
  part,
  same,
  answered,
} from './directory-doubles.js';
import { listDropArea } from './directory-drop-area.js';
import { generateFiles, generation } from './directory-generate.js';
import { approve, decision, planned, reject, retry, showPlan } from './directory-plans.js';
import { declaration, declareSource, listSources } from './directory-sources.js';
import { fetchRemarks, remarksFile } from './directory-remarks.js';
import { linesOf } from './directory-import-lines.js';
import { exportPerson, exported } from './directory-person-export.js';
import { fileCounts, sent, upload } from './directory-upload.js';
import { erasuresAsked, listErasures, proveErasure } from './directory-erasure.js';
import { askService, required } from './ent/ask.js';
import { type Given, numberOf, pathOf, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'declare-source CODE --kind AAF_1D --title INTITULÉ [--academy A] [--priority N] [--priorities NAMES=N,…] [--departments 44,49] [--schools UAI,…] [--profiles P,…] [--deltas] [--every-days N] [--disabled]  |  sources  |  import [DOSSIER|ARCHIVE] --source CODE [--dated-on JOUR] [--uai UAI] [--plan-only]  |  upload FICHIER… --source CODE [--dated-on JOUR] [--uai UAI] [--plan-only]  |  drop-area  |  imports [--source CODE] [--limit N]  |  plan IMPORT [--school UAI]  |  approve|reject IMPORT --reason MOTIF [--ticket N] [--school UAI] [--plan PLAN]  |  retry IMPORT  |  doubles [--school UAI] [--limit N]  |  same|different QUESTION [--version N]  |  merges [--decided-by personne|import] [--limit N]  |  part RÉUNION  |  remarks IMPORT [--out FICHIER]  |  announce-again MOTIF  |  erasures [--from JOUR] [--to JOUR] [--unexpected] [--limit N]  |  erasure-proof PERSONNE  |  person-export PERSONNE MOTIF [--out FICHIER]  |  generate DOSSIER --format F [--size N] [--seed S] [--day JOUR] [--school UAI]   sources et imports de l’annuaire, et ceux que le frein retient (DIR-1, DIR-3, DIR-5) ; personnes peut-être en double, réunies ou distinguées (DIR-2) ; tout annoncer de nouveau quand Kafka est perdu ; fichiers de personnes inventées pour essayer un import';

/** `directory import FOLDER`, `directory imports`, `directory plan|approve|reject|retry IMPORT`, `directory sources`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      'declare-source': { operands: 1, options: declaration, run: declareSource },
      sources: { operands: 0, run: listSources },
      import: {
        operands: [0, 1],
        options: {
          source: { type: 'string' },
          'dated-on': { type: 'string' },
          uai: { type: 'string' },
          'plan-only': { type: 'boolean' },
        },
        run: startImport,
      },
      upload: { operands: fileCounts, options: sent, run: upload },
      'drop-area': { operands: 0, run: listDropArea },
      imports: {
        operands: 0,
        options: { limit: { type: 'string' }, source: { type: 'string' } },
        run: listImports,
      },
      plan: { operands: 1, options: planned, run: showPlan },
      approve: { operands: 1, options: decision, run: approve },
      reject: { operands: 1, options: decision, run: reject },
      retry: { operands: 1, run: retry },
      doubles: { operands: 0, options: asked, run: listDoubles },
      same: { operands: 1, options: answered, run: same },
      different: { operands: 1, options: answered, run: different },
      merges: { operands: 0, options: merged, run: listMerges },
      part: { operands: 1, run: part },
      remarks: { operands: 1, options: remarksFile, run: fetchRemarks },
      'announce-again': { operands: 1, run: announceAgain },
      erasures: { operands: 0, options: erasuresAsked, run: listErasures },
      'erasure-proof': { operands: 1, run: proveErasure },
      'person-export': { operands: 2, options: exported, run: exportPerson },
      generate: { operands: 1, options: generation, run: generateFiles },
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
  const [named] = given.operands;
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    // Nothing is copied for a login that has expired or a role that may not import.
    await client.listSources({});
    const { folder, copy } = await dropped(named);
    try {
      const { importId } = await client.startImport({
        folder,
        source,
        datedOn: given.text('dated-on') ?? '',
        uai: given.text('uai') ?? '',
        planOnly: given.isSet('plan-only'),
      });
      return await client.getImport({ importId });
    } catch (error) {
      if (copy !== undefined && isRefusal(error)) await rm(copy, { recursive: true, force: true });
      throw error;
    }
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

/** No import began. A service that is away may have begun one. */
const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError && error.kind !== 'unavailable';

/**
 * The name of a folder or archive of the drop area, and where its copy lies if this command made one. An export that lies elsewhere on this machine is laid down there under its
 * own name first: written beside, then renamed, so that a folder of that name is whole. Nobody else of the machine reads
 * the copy, whoever may read the original; the directory removes it when the import has ended, this command where it is refused.
 */
async function dropped(name: string | undefined): Promise<{ folder: string; copy?: string }> {
  if (name === undefined) return { folder: '' };
  const source = pathOf(name);
  if (!existsSync(source)) return { folder: name };
  const isFolder = (await stat(source)).isDirectory();
  if (!isFolder && !/\.(tgz|tar\.gz|zip)$/i.test(source)) {
    throw new UsageError(
      `${name} : le dossier d’un export est attendu, avec tous ses fichiers, ou son archive .tgz ou .zip.`,
    );
  }
  const area = required('AAF_DROP_FOLDER');
  const folder = basename(source);
  const target = join(area, folder);
  if (source === target) return { folder };
  // Before it is copied: the directory would know no such folder, and the copy would lie there.
  if (!/^\w[\w.-]*$/.test(folder)) {
    throw new UsageError(
      `${folder} : renommez-le avec des lettres sans accent, des chiffres, des points et des tirets, sans espace.`,
    );
  }
  if (existsSync(target)) {
    throw new UsageError(
      `${folder} est déjà dans la zone de dépôt : donnez ce nom seul, ou renommez le dossier.`,
    );
  }
  const draft = join(area, `.${folder}.${process.pid}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    const copy = isFolder ? draft : join(draft, folder);
    await cp(source, copy, { recursive: true, dereference: true });
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
    }
    await rename(copy, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { folder, copy: target };
}

async function listImports(given: Given) {
  const limit = numberOf(given, 'limit') ?? 20;
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listImports({ limit, cursor: '', source: given.text('source') ?? '' }),
  );
  const { imports } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: imports.length === 0 ? ['Aucun import.'] : imports.flatMap(linesOf),
  };
}
