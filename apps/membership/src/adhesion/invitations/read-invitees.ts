import { cellText, readRows } from '#libs/spreadsheets';
import type { LineFault } from '#libs/trade';
import type { Invitee } from './domain/invitation.js';
import { inviteesMax } from './invite-organisations.js';

type Column = 'siren' | 'name' | 'kind' | 'insee' | 'letterNumber';

// Accents, case and punctuation are gone when these are compared.
const headers: Readonly<Record<string, Column>> = {
  siren: 'siren',
  nsiren: 'siren',
  nosiren: 'siren',
  numerosiren: 'siren',
  nom: 'name',
  collectivite: 'name',
  organisation: 'name',
  commune: 'name',
  type: 'kind',
  nature: 'kind',
  insee: 'insee',
  codeinsee: 'insee',
  codecommune: 'insee',
  lettre: 'letterNumber',
  ndelettre: 'letterNumber',
  nodelettre: 'letterNumber',
  numerodelettre: 'letterNumber',
  recommande: 'letterNumber',
};
const kinds: Readonly<Record<string, Invitee['kind']>> = {
  commune: 'COMMUNE',
  epci: 'EPCI',
  communautedecommunes: 'EPCI',
  communautedagglomeration: 'EPCI',
  metropole: 'EPCI',
  communauteurbaine: 'EPCI',
  syndicat: 'SYNDICAT',
  syndicatmixte: 'SYNDICAT',
  sivos: 'SYNDICAT',
  sivu: 'SYNDICAT',
  etat: 'STATE',
  rectorat: 'STATE',
  etablissementpublic: 'PUBLIC_ESTABLISHMENT',
};

/** CSV, XLSX or ODS with a line of headers: SIREN and Nom are needed; without a type a line with an INSEE code is a commune's. */
export async function readInvitees(content: Uint8Array, fileName: string) {
  const [header, ...rows] = await readRows(content, fileName);
  const columns = new Map<Column, number>();
  header?.cells.forEach((cell, index) => {
    const column = headers[plain(cellText(cell))];
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
      kind: kind === '' && insee !== '' ? 'COMMUNE' : (kinds[plain(kind)] ?? (kind as never)),
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
