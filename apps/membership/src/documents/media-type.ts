import { type ActiveContent, activeContentOf } from './active-content.js';
import { spreadsheetTypeOf, spreadsheetTypes } from '#libs/spreadsheets';
import {
  DocumentEmpty,
  DocumentHasActiveContent,
  type DocumentKind,
  DocumentTooLarge,
  DocumentTypeRefused,
} from './domain/document.js';

export const sizeMax = 20 * 1024 * 1024;

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  [spreadsheetTypes.XLSX]: 'xlsx',
  [spreadsheetTypes.ODS]: 'ods',
  [spreadsheetTypes.CSV]: 'csv',
};

/**
 * The media type that the first bytes state, whatever the file is called. PDF and images for every
 * document; XLSX, ODS and CSV for annex 2 and price lists only. Throws DocumentEmpty, DocumentTooLarge
 * (above 20 MB), DocumentTypeRefused or DocumentHasActiveContent.
 */
export async function mediaTypeOf(content: Uint8Array, kind: DocumentKind): Promise<string> {
  if (content.length === 0) {
    throw new DocumentEmpty('Le fichier est vide : choisissez-en un autre.');
  }
  if (content.length > sizeMax) {
    throw new DocumentTooLarge(
      'Le fichier dépasse 20 Mo : réduisez-le (numérisation en noir et blanc, 200 points par pouce).',
      { size: content.length, sizeMax },
    );
  }
  const table = () => (mayBeTable(kind) ? spreadsheetTypeOf(content) : undefined);
  const type = pageTypeOf(content) ?? (await table());
  if (type === 'application/pdf') requirePagesAlone(content);
  if (type !== undefined) return type;
  throw new DocumentTypeRefused(
    mayBeTable(kind)
      ? 'Ce fichier n’est ni un PDF, ni une image, ni un tableau XLSX (sans macro), ODS ou CSV : enregistrez-le sous l’un de ces formats.'
      : 'Ce fichier n’est ni un PDF ni une image PNG ou JPEG : enregistrez-le sous l’un de ces formats.',
    { kind },
  );
}

const whyRefused: Record<ActiveContent, string> = {
  PROGRAM:
    'contient un programme ou une action (JavaScript, formulaire, ouverture d’un autre fichier)',
  ATTACHMENT: 'contient un fichier joint autre que des données XML',
  ENCRYPTED: 'est protégé par un mot de passe ou par des restrictions',
  UNREADABLE: 'ne peut pas être contrôlé : sa structure est inhabituelle',
};

/** Who opens a document trusts whoever deposited it: nothing may run, and nothing may be hidden from this look. */
function requirePagesAlone(content: Uint8Array): void {
  const what = activeContentOf(content);
  if (what === undefined) return;
  throw new DocumentHasActiveContent(
    `Ce PDF ${whyRefused[what]}. Ouvrez-le, imprimez-le « au format PDF » ou numérisez-le, puis déposez ce nouveau fichier.`,
    { reason: what },
  );
}

/** The file's name without path, control or direction characters, with the extension of what it really is. */
export function cleanFileName(name: string, mediaType: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).pop() ?? '';
  const stem = last
    .replace(/\p{C}/gu, '')
    .replace(/[<>:"|?*%;]/g, '-')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/^[\s.-]+|[\s.-]+$/g, '')
    .slice(0, 100);
  return `${stem || 'document'}.${extensions[mediaType] ?? 'bin'}`;
}

const mayBeTable = (kind: DocumentKind) => kind === 'ANNEXE2' || kind === 'BPU';

function pageTypeOf(content: Uint8Array): string | undefined {
  if (startsWith(content, [0x25, 0x50, 0x44, 0x46, 0x2d])) return 'application/pdf';
  if (startsWith(content, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (startsWith(content, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  return undefined;
}

function startsWith(content: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => content[index] === byte);
}
