import { cellText, readRows } from '#libs/spreadsheets';
import { type LineFault, whatIsCalled } from '#libs/trade';
import type { Invitee } from './domain/invitation.js';
import { inviteesMax } from './invite-organisations.js';

// What each is called, without accents, case and punctuation.
const headers = {
  siren: ['siren', 'nsiren', 'nosiren', 'numerosiren'],
  name: ['nom', 'collectivite', 'organisation', 'commune'],
  kind: ['type', 'nature'],
  insee: ['insee', 'codeinsee', 'codecommune'],
  letterNumber: ['lettre', 'ndelettre', 'nodelettre', 'numerodelettre', 'recommande'],
};
type Column = keyof typeof headers;
const epci = ['communautedecommunes', 'communautedagglomeration', 'communauteurbaine', 'metropole'];
const kinds: Readonly<Record<Invitee['kind'], readonly string[]>> = {
  COMMUNE: ['commune'],
  EPCI: ['epci', ...epci],
  SYNDICAT: ['syndicat', 'syndicatmixte', 'sivos', 'sivu'],
  STATE: ['etat', 'rectorat'],
  PUBLIC_ESTABLISHMENT: ['etablissementpublic'],
};

/** CSV, XLSX or ODS with a line of headers: SIREN and Nom are needed; without a type a line with an INSEE code is a commune's. */
export async function readInvitees(content: Uint8Array, fileName: string) {
  const [header, ...rows] = await readRows(content, fileName);
  const columns = new Map<Column, number>();
  header?.cells.forEach((cell, index) => {
    const column = whatIsCalled(headers, plain(cellText(cell)));
    if (column && !columns.has(column)) columns.set(column, index);
  });
  if (!columns.has('siren') || !columns.has('name')) {
    return none(
      header?.line ?? 1,
      'HEADER_MISSING',
      'La première ligne nomme les colonnes : SIREN et Nom au moins, puis Type, INSEE, Lettre.',
    );
  }
  if (rows.length > inviteesMax) {
    return none(
      rows[inviteesMax]?.line ?? 1,
      'LIST_TOO_LONG',
      `La liste compte plus de ${inviteesMax} lignes.`,
    );
  }
  const read = rows.map(({ line, cells }) => {
    const cell = (column: Column) => cellText(cells[columns.get(column) ?? -1] ?? '').trim();
    const insee = cell('insee').toUpperCase();
    const kind = cell('kind');
    const letterNumber = cell('letterNumber');
    const invitee: Invitee = {
      siren: cell('siren').replace(/[\s\u00a0\u202f]/g, ''),
      name: cell('name'),
      // An unknown type stays what it is: the domain names it.
      kind:
        kind === '' && insee !== ''
          ? 'COMMUNE'
          : (whatIsCalled(kinds, plain(kind)) ?? (kind as never)),
      insee: /^\d{4}$/.test(insee) ? `0${insee}` : insee,
      letterNumber,
    };
    return { line, invitee };
  });
  return { invitees: read, faults: [] };
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');

function none(line: number, code: string, message: string) {
  const faults: LineFault[] = [{ line, code, message }];
  return { invitees: [], faults };
}
