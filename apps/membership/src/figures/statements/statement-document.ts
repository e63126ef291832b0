import { Injectable } from '@nestjs/common';
import { inGroups } from '#libs/identifiers';
import { formatCount } from '#libs/money';
import { colours, type Column, contentWidth as width, page as sheet, Sheet } from '#libs/pdf';
import { frenchDate } from '#libs/time';
import { clipped, eventTitle, moreOf, signed, situationOf } from './domain/statement-lines.js';
import type { Statement } from './domain/statement.js';

/** The paper of a statement and what proves it. */
export type StatementPaper = {
  readonly statement: Statement;
  readonly content: string;
  readonly sha256: string;
  /** As printed. */
  readonly code: string;
};

const { margin } = sheet;
const muted = { size: 7.5, colour: colours.muted } as const;
// One page, whatever the names: the rest is in the content that is attached.
const shownMax = { items: 8, events: 3, name: 70, label: 46, title: 130, addressLines: 3 } as const;

/** One page in French: who, what is committed and ordered, what it rests on, how to verify it. */
@Injectable()
export class StatementDocument {
  /** A PDF with its content attached; the same paper gives the same bytes. */
  render({ statement, content, sha256, code }: StatementPaper): Promise<Buffer> {
    const { on, member } = statement;
    const title = `État des engagements au ${frenchDate(on)}`;
    const date = new Date(`${on}T12:00:00Z`);
    const page = new Sheet({ title, author: member.name, date });
    writeHead(page, statement);
    writeParties(page, statement);
    writeFigures(page, statement);
    writeAnnexe2(page, statement);
    writeLedger(page, statement);
    writeEvents(page, statement);
    writeProof(page, code, sha256);
    page.attach({
      content: Buffer.from(content),
      name: 'etat-des-engagements.json',
      description: 'Contenu de l’état, sous la forme dont le code est l’empreinte',
      date,
      mediaType: 'application/json',
      relationship: 'Data',
    });
    return page.finish(`${title} · ${clipped(member.name, shownMax.name)} · ${code}`);
  }
}

function writeHead(page: Sheet, { on, market }: Statement): void {
  const writeTitle = () => {
    page.title('ÉTAT DES ENGAGEMENTS', margin, width * 0.66);
    page.text(clipped(market.title, shownMax.title), margin, width * 0.6, { ...muted, size: 9 });
  };
  const [x, half] = [margin + width * 0.66, width * 0.34];
  const writeFacts = () => {
    page.text(`Au ${frenchDate(on)}`, x, half, { align: 'right', bold: true, size: 13 });
    page.text(`Marché ${market.code}`, x, half, { ...muted, size: 8, align: 'right' });
  };
  page.sideBySide(writeTitle, writeFacts, 12);
}

function writeParties(page: Sheet, { member, market, ...statement }: Statement): void {
  const party = (heading: string, name: string, details: string[], x: number) =>
    page.party(heading, clipped(name, shownMax.name), details, x, width / 2 - 12);
  const { address, siren } = member;
  const lines = address.split('\n').slice(0, shownMax.addressLines);
  const printed = lines.map((line) => clipped(line, shownMax.label));
  const siret = `SIRET ${inGroups(market.supplierSiret)}`;
  page.sideBySide(
    () => party('Adhérent', member.name, [...printed, `SIREN ${inGroups(siren)}`], margin),
    () => party('Titulaire du marché', market.supplierName, [siret], margin + width / 2),
    8,
  );
  page.line(situationOf({ member, market, ...statement }), { size: 9 });
  page.y += 6;
}

const columns = [
  { title: 'Besoin', share: 0.44 },
  { title: 'Annexe 2 signée', share: 0.14, align: 'right' },
  { title: 'Engagement en vigueur', share: 0.14, align: 'right' },
  { title: 'Commandé', share: 0.14, align: 'right' },
  { title: 'Marge', share: 0.14, align: 'right' },
] as const satisfies readonly Column[];

function writeFigures(page: Sheet, { items, floorScope, on, annexe2: annexe }: Statement): void {
  const rows = items
    .slice(0, shownMax.items)
    .map(({ label, annexe2, commitment, ordered }) => [
      clipped(label, shownMax.label),
      annexe ? formatCount(annexe2) : '–',
      formatCount(commitment),
      formatCount(ordered),
      floorScope === 'ITEM' ? signed(ordered - commitment) : '',
    ]);
  if (items.length > 1) rows.push(totalRow(items, annexe !== null));
  page.table(columns, rows);
  page.line(
    `Quantités en comptes, telles que le registre les donnait à la fin du ${frenchDate(on)}. La quantité commandée ne descend jamais au-dessous de ` +
      `l’engagement (convention, art. 7.1).${moreOf(items.length, shownMax.items, 'besoins')}` +
      (floorScope === 'TOTAL' ? ' L’engagement vaut ici pour l’ensemble des besoins.' : ''),
    muted,
  );
}

function totalRow(items: Statement['items'], hasAnnexe2: boolean): string[] {
  const sum = (of: (item: Statement['items'][number]) => number) =>
    items.reduce((total, item) => total + of(item), 0);
  const [commitment, ordered] = [sum((item) => item.commitment), sum((item) => item.ordered)];
  return [
    'Ensemble',
    hasAnnexe2 ? formatCount(sum((item) => item.annexe2)) : '–',
    formatCount(commitment),
    formatCount(ordered),
    signed(ordered - commitment),
  ];
}

function writeAnnexe2(page: Sheet, { annexe2 }: Statement): void {
  page.heading('Annexe 2 (tableau d’engagement)');
  if (annexe2 === null) {
    return page.line('Aucune : l’engagement vient d’une succession.');
  }
  const { datedOn, verifiedOn, sha256, signedSha256 } = annexe2;
  page.line(
    `Datée du ${frenchDate(datedOn)}, transcrite, puis vérifiée par une autre personne le ${frenchDate(verifiedOn)}.`,
  );
  const signedDigest = signedSha256 === '' ? 'document signé non déposé' : signedSha256;
  page.line(`Empreinte du document signé (SHA-256) : ${signedDigest}`, muted);
  page.line(`Empreinte de la transcription (SHA-256) : ${sha256}`, muted);
}

function writeLedger(page: Sheet, { ledger, on }: Statement): void {
  page.heading('Registre des commandes');
  const { position, lastNumber, head } = ledger;
  const s = position > 1 ? 's' : '';
  page.line(
    position === 0
      ? `Aucun bon de commande signé jusqu’au ${frenchDate(on)}.`
      : `${formatCount(position)} bon${s} de commande signé${s} jusqu’au ${frenchDate(on)}, le dernier sous le n° ${lastNumber}.`,
  );
  const digest = head === '' ? 'aucune' : head;
  page.line(`Empreinte du registre à ce rang (SHA-256) : ${digest}`, muted);
  page.line(
    'Chaque bon porte l’empreinte du précédent et ne se modifie pas : cette empreinte les engage tous.',
    muted,
  );
}

function writeEvents(page: Sheet, { events }: Statement): void {
  page.heading('Successions, retrait, exclusion');
  if (events.length === 0) page.line('Aucun à cette date.');
  for (const event of events.slice(0, shownMax.events)) {
    const isSuccession = event.kind.startsWith('SUCCESSION');
    const about = isSuccession
      ? `${clipped(event.name, shownMax.label)} (SIREN ${inGroups(event.reference)})`
      : `(n° ${clipped(event.reference, shownMax.label)})`;
    page.line(`${eventTitle(event)} ${about}, effet au ${frenchDate(event.on)}.`);
  }
  page.line(moreOf(events.length, shownMax.events, 'événements').trim(), muted);
}

function writeProof(page: Sheet, code: string, sha256: string): void {
  page.heading('Vérification');
  page.line(code, { bold: true, size: 15 });
  page.line(
    'Ce code désigne cet état et lui seul. Le coordonnateur, l’adhérent ou le titulaire le saisit dans l’application, ou y ' +
      'dépose ce fichier : chaque ligne est alors recalculée d’après le registre. Le contenu est joint à ce fichier.',
    muted,
  );
  page.line(`Empreinte du contenu (SHA-256) : ${sha256}`, muted);
}
