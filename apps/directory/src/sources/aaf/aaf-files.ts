import { basename } from 'node:path';
import type { LocalDate } from '#libs/time';
import type { DeliveredFile } from '../delivery/delivery.js';
import type { SourceInventory } from '../directory-source.js';
import { unreadable } from '../source-problems.js';
import { aafEntities, type AafEntity } from './aaf-attributes.js';
import { dayInName } from './aaf-text.js';

export type AafFile = DeliveredFile & { readonly entity: AafEntity; readonly part: number };

/** In the order in which they are read. */
export type AafFiles = {
  readonly extent: SourceInventory['extent'];
  readonly files: readonly AafFile[];
};

/** Only the tail of a name is dependable; the underscore keeps PersRelEleve from ending in Eleve. */
const tail = /(?:^|_)(EtabEducNat|Eleve|PersRelEleve|PersEducNat)_(\d{4})\.xml$/;

export const isAafFile = (name: string): boolean => tail.test(name);

/**
 * Refuses a hole in the numbers, full files among those of a delta, two full exports, and a full export without one of the
 * entities. Deltas of several days come day by day.
 */
export function aafFilesOf(path: string, delivered: readonly DeliveredFile[]): AafFiles {
  const extent = extentOf(path, delivered);
  const all = delivered.map((file) => {
    const [, entity, part] = tail.exec(file.name)!;
    return { ...file, entity: entity as AafEntity, part: Number(part) };
  });
  if (extent === 'FULL') ensureOneExport(delivered);
  const files = aafEntities.flatMap((entity) => {
    const parts = all
      .filter((file) => file.entity === entity)
      .sort((a, b) => dayOrder(a.name, b.name) || a.part - b.part || (a.name < b.name ? -1 : 1));
    if (parts.length === 0 && extent === 'FULL') throw unreadable(entity, 'FILE_MISSING');
    const numbers = [...new Set(parts.map((file) => file.part))];
    if (numbers.some((part, index) => part !== index)) throw unreadable(entity, 'PART_MISSING');
    return parts;
  });
  return { extent, files };
}

const dayOrder = (a: string, b: string): number => {
  const [left, right] = [dayInName(a), dayInName(b)];
  return left === right ? 0 : left < right ? -1 : 1;
};

/**
 * A file of which the folder holds an older one is of another export: of each key the first entry is kept, so the older
 * would undo the younger (DIR-3).
 */
function ensureOneExport(delivered: readonly DeliveredFile[]): void {
  const seen = new Set<string>();
  for (const { name } of delivered) {
    const dayless = name.replace(/_\d{8}_/, '_');
    if (seen.has(dayless)) throw unreadable(name, 'TWO_EXPORTS');
    seen.add(dayless);
  }
  const days = delivered.map(({ name }) => dayInName(name)).filter((day) => day !== '');
  const other = delivered.find(({ name }) => ![days[0], ''].includes(dayInName(name)));
  if (other) throw unreadable(other.name, 'SEVERAL_DAYS');
}

/** Empty where a name states none. Of deltas the last one: they are read day by day. */
export function dayOfNames(files: readonly DeliveredFile[]): LocalDate | '' {
  const days = files.map(({ name }) => dayInName(name)).toSorted();
  return days[0] === '' ? '' : (days.at(-1) ?? '');
}

/** The word stands in the names of the files, else in that of the archive; without it an export is full. */
function extentOf(path: string, delivered: readonly DeliveredFile[]): AafFiles['extent'] {
  const around = /delta/i.test(basename(path));
  const extents = new Set(
    delivered.map(({ name }) =>
      /delta/i.test(name) || (around && !/complet/i.test(name)) ? 'DELTA' : 'FULL',
    ),
  );
  if (extents.size > 1) throw unreadable(basename(path), 'FULL_AND_DELTA');
  return extents.has('DELTA') ? 'DELTA' : 'FULL';
}
