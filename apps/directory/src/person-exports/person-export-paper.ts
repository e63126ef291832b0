import { colours, contentWidth as width, page as sheet, Sheet } from '#libs/pdf';
import type { PersonalDataTable } from '#libs/messaging';
import { dateInWords, frenchDate } from '#libs/time';
import type { PersonExport } from './export-person.js';

const { margin } = sheet;
const names: Readonly<Record<string, string>> = {
  membership: 'adhésions et commandes',
  directory: 'annuaire',
  provisioning: 'comptes',
  metering: 'mesure de l’usage',
  billing: 'facturation',
  console: 'consultations',
};

/** What is held of a person, to be read and handed over (RGPD art. 15): the same as is told, table by table. */
export function personExportPaper(exported: PersonExport, notice: string): Promise<Buffer> {
  const { personId, businessDate, exportedAt, services } = exported;
  const title = 'Données personnelles détenues';
  const info = { title, author: 'ENT du groupement', date: exportedAt, isPersonal: true };
  const paper = new Sheet(info);
  paper.title(title.toUpperCase(), margin, width, { size: 18 });
  paper.text(`Au ${frenchDate(businessDate)}, sur la personne ${personId}`, margin, width, {
    size: 9,
  });
  paper.y += 6;
  paper.paragraph(
    'Voici tout ce que l’espace numérique de travail (ENT) du groupement détient sur vous, ce à quoi cela sert, combien de temps c’est gardé et qui le reçoit (règlement général sur la protection des données, article 15).',
    { size: 9 },
  );
  const all = services.flatMap(({ tables }) => tables);
  for (const [at, table] of all.entries()) writeTable(paper, table, all[at - 1]);
  const empty = services.filter(({ tables }) => tables.length === 0);
  if (empty.length > 0) {
    paper.heading('Rien d’autre');
    const which = empty.map(({ service }) => names[service] ?? service).join(', ');
    paper.paragraph(`Ne détiennent rien sur cette personne : ${which}.`, { size: 9 });
  }
  paper.heading('Vos droits');
  paper.paragraph(notice, { size: 9 });
  paper.paragraph(
    'Un caractère que cette police n’a pas (hors de l’alphabet latin) est remplacé par « ? » ; le fichier JSON, que vous pouvez demander, garde l’orthographe exacte.',
    { size: 8, colour: colours.muted },
  );
  return paper.finish(`${title} · ${personId} · ${frenchDate(businessDate)}`);
}

function writeTable(paper: Sheet, table: PersonalDataTable, before?: PersonalDataTable): void {
  const { title, columns, rows } = table;
  paper.heading(title);
  const why = whyOf(table);
  const said =
    before && whyOf(before) === why ? 'Finalité, durée et destinataires : comme ci-dessus.' : why;
  paper.paragraph(said, { size: 8, colour: colours.muted }, 6);
  if (rows.length === 0) paper.paragraph('Rien.', { size: 9 });
  else {
    const { titles, cells } = saying(
      columns,
      // The file keeps them as they are computed with.
      rows.map((row) => row.map(dateInWords)),
    );
    paper.table(paper.columnsFor(titles, cells), cells);
  }
}

const whyOf = ({ purpose, kept, recipients }: PersonalDataTable) =>
  `${purpose}\nDurée : ${kept}\nDestinataires : ${recipients}`;

/** A column in which nothing is said tells nothing: on paper it would only take the room of the others. */
function saying(
  columns: readonly string[],
  rows: PersonalDataTable['rows'],
): { titles: string[]; cells: string[][] } {
  const said = columns.map((_title, at) => rows.some((row) => (row[at] ?? '') !== ''));
  const only = (all: readonly string[]) => all.filter((_one, at) => said[at]);
  return { titles: only(columns), cells: rows.map(only) };
}
