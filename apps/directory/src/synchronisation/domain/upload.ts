import { defineProblem } from '#libs/problems';
import { covers, type SourceDeclaration } from './source-declaration.js';

/** A delivery that a person is sending. */
export type Upload = {
  readonly uploadId: string;
  readonly sourceCode: string;
  /** Whose delivery it is, where the files do not say it; empty: they do. */
  readonly uai: string;
  readonly datedOn: string;
  readonly planOnly: boolean;
  readonly ownSchool: boolean;
  readonly bytesMax: number;
  readonly begunBy: string;
};

export const uploadFilesMax = 20;
/** What one person may be sending at the same time. */
export const uploadsOfPersonMax = 3;
/** ONDE gives 16 MB at most, and there are two extractions. */
export const schoolUploadBytesMax = 33_000_000;

export class UploadUnknown extends defineProblem('UPLOAD_UNKNOWN', 'not-found') {
  constructor() {
    super('Cet envoi n’existe plus : recommencez-le. Un envoi interrompu ne laisse rien.');
  }
}

export class UploadsTooMany extends defineProblem('UPLOADS_TOO_MANY', 'too-many') {
  constructor() {
    super(
      'Vous avez déjà plusieurs envois en cours : attendez qu’ils se terminent, ou une heure s’ils ont été interrompus.',
    );
  }
}

export class UploadBeyondLimit extends defineProblem('UPLOAD_BEYOND_LIMIT', 'invalid') {
  constructor(bytesMax: number) {
    super(
      `Ces fichiers dépassent ${Math.trunc(bytesMax / 1_000_000)} Mo : compressez-les (.zip) ou faites-les déposer par l’exploitation. Rien n’a été gardé.`,
      { bytesMax },
    );
  }
}

export class UploadFileRefused extends defineProblem('UPLOAD_FILE_REFUSED', 'invalid') {}

export class UploadOutOfOrder extends defineProblem('UPLOAD_OUT_OF_ORDER', 'conflict') {
  constructor(received: number) {
    super('Un morceau du fichier manque ou est arrivé deux fois : recommencez l’envoi.', {
      received,
    });
  }
}

export class UploadIncomplete extends defineProblem('UPLOAD_INCOMPLETE', 'conflict') {
  constructor() {
    super('Aucun fichier n’est arrivé en entier : recommencez l’envoi.');
  }
}

const archive = /\.(zip|tgz|tar\.gz)$/i;
const table = /\.csv$/i;

/**
 * The name under which a file is kept: as it was sent, as far as a folder of the drop area may be called so. Throws
 * UploadFileRefused for one that leads elsewhere, and for what no source delivers.
 */
export function deliveredName(sent: string): string {
  if (/[/\\\p{C}]/u.test(sent) || /^\.*$/.test(sent)) {
    throw new UploadFileRefused(
      'Ce nom de fichier n’est pas utilisable : renommez le fichier, sans barre oblique ni caractère invisible.',
    );
  }
  const name = sent
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^\w]+/, '')
    .slice(-100)
    .replace(/^[^\w]+/, '');
  if (!archive.test(name) && !table.test(name)) {
    throw new UploadFileRefused(
      'Ce fichier n’est ni une archive (.zip, .tgz) ni un fichier .csv : choisissez celui que la source a produit.',
    );
  }
  return name;
}

/** What is read of the files that came: their folder (empty), or the one archive. Throws UploadIncomplete, UploadFileRefused. */
export function readOf(names: readonly string[]): string {
  if (names.length === 0) throw new UploadIncomplete();
  const archives = names.filter((name) => archive.test(name));
  if (archives.length === 0) return '';
  if (names.length === 1) return archives[0]!;
  throw new UploadFileRefused(
    'Envoyez soit une seule archive, soit des fichiers .csv, pas les deux ensemble.',
  );
}

/** A head delivers the tables of a school of theirs, to a source that has it (DIR-5); no member does (README, "Decisions"). */
export const mayDeliver = (
  uais: readonly string[],
  source: SourceDeclaration,
  uai: string,
): boolean =>
  ['ONDE', 'ENT_CSV'].includes(source.kind) && uais.includes(uai) && covers(source, uai);
