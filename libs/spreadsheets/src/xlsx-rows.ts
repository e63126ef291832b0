import { posix } from 'node:path';
import { localName, readXml } from './bounded-xml.js';
import type { Sheet } from './sheet-row.js';
import { damaged, SpreadsheetRefused } from './spreadsheet-refused.js';
import type { FirstYear } from './stored-day.js';
import { readSharedStrings } from './xlsx-shared-strings.js';
import { readSheetRows } from './xlsx-sheet.js';
import { readStyles } from './xlsx-styles.js';
import type { ZipParts } from './zip-parts.js';

/** The sheets of an Excel workbook (ECMA-376). Links to other files are never followed. */
export async function sheetsOfXlsx(parts: ZipParts): Promise<Sheet[]> {
  refuseMacros(parts);
  const root = await readRelations(parts, '_rels/.rels', '');
  const workbook = [...root.values()].find(({ type }) => type === 'officeDocument')?.path;
  if (workbook === undefined) throw damaged();
  const folder = posix.dirname(workbook);
  const relationsPath = posix.join(folder, '_rels', `${posix.basename(workbook)}.rels`);
  const relations = await readRelations(parts, relationsPath, folder);
  const partOf = (type: string) => [...relations.values()].find((one) => one.type === type)?.path;
  const strings = partOf('sharedStrings');
  const styles = partOf('styles');
  const { names, countsFrom } = await readWorkbook(parts, workbook);
  const shared = {
    countsFrom,
    strings: strings === undefined ? [] : await readSharedStrings(parts.read(strings)),
    styles: styles === undefined ? noStyles : await readStyles(parts.read(styles)),
  };
  const sheets: Sheet[] = [];
  for (const { name, hidden, relation } of names) {
    const target = relations.get(relation);
    // Charts and dialogs are sheets too, without a table.
    if (target?.type !== 'worksheet') continue;
    const rows = hidden ? [] : await readSheetRows(parts.read(target.path), shared);
    sheets.push({ name, hidden, rows });
  }
  return sheets;
}

const noStyles = { dates: new Set<number>(), struck: new Set<number>() };

function refuseMacros(parts: ZipParts): void {
  if (parts.names.some((name) => /vbaProject\.bin$|\/(macrosheets|dialogsheets)\//i.test(name))) {
    throw new SpreadsheetRefused(
      'FILE_HAS_MACROS',
      'Le fichier contient des macros : enregistrez-le au format .xlsx, .ods ou .csv, sans macro.',
    );
  }
}

type Relation = { readonly type: string; readonly path: string };

async function readRelations(
  parts: ZipParts,
  path: string,
  folder: string,
): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  if (!parts.has(path)) throw damaged();
  await readXml(parts.read(path), {
    open(name, { Id, Type, Target, TargetMode }) {
      if (localName(name) !== 'Relationship' || TargetMode === 'External') return;
      if (Id === undefined || Type === undefined || Target === undefined) throw damaged();
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { type: posix.basename(Type), path: posix.normalize(target) });
    },
  });
  return relations;
}

type SheetName = { readonly name: string; readonly hidden: boolean; readonly relation: string };

async function readWorkbook(
  parts: ZipParts,
  workbook: string,
): Promise<{ names: SheetName[]; countsFrom: FirstYear }> {
  const names: SheetName[] = [];
  let countsFrom: FirstYear = 1900;
  await readXml(parts.read(workbook), {
    open(name, attributes) {
      if (localName(name) === 'workbookPr' && /^(1|true)$/.test(attributes.date1904 ?? '')) {
        countsFrom = 1904;
      }
      if (localName(name) !== 'sheet') return;
      const id = Object.keys(attributes).find((key) => localName(key) === 'id' && key !== 'id');
      names.push({
        name: attributes.name ?? '',
        hidden: attributes.state === 'hidden' || attributes.state === 'veryHidden',
        relation: (id && attributes[id]) || '',
      });
    },
  });
  return { names, countsFrom };
}
