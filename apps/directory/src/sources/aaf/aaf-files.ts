import { basename } from 'node:path';
import type { DeliveredFile } from '../delivery/delivery.js';
import type { SourceInventory } from '../directory-source.js';
import { unreadable } from '../source-problems.js';
import { aafEntities, type AafEntity } from './aaf-attributes.js';

export type AafFile = DeliveredFile & { readonly entity: AafEntity; readonly part: number };

/** In the order in which they are read. */
export type AafFiles = {
  readonly extent: SourceInventory['extent'];
  readonly files: readonly AafFile[];
};

/** Only the tail of a name is dependable; the underscore keeps PersRelEleve from ending in Eleve. */
const tail = /(?:^|_)(EtabEducNat|Eleve|PersRelEleve|PersEducNat)_(\d{4})\.xml$/;

export const isAafFile = (name: string): boolean => tail.test(name);

/** Refuses a hole in the numbers, full files among those of a delta, and a full export without one of the entities. */
export function aafFilesOf(path: string, delivered: readonly DeliveredFile[]): AafFiles {
  const extent = extentOf(path, delivered);
  const all = delivered.map((file) => {
    const [, entity, part] = tail.exec(file.name)!;
    return { ...file, entity: entity as AafEntity, part: Number(part) };
  });
  const files = aafEntities.flatMap((entity) => {
    const parts = all
      .filter((file) => file.entity === entity)
      .sort((a, b) => a.part - b.part || (a.name < b.name ? -1 : 1));
    if (parts.length === 0 && extent === 'FULL') throw unreadable(entity, 'FILE_MISSING');
    const numbers = [...new Set(parts.map((file) => file.part))];
    if (numbers.some((part, index) => part !== index)) throw unreadable(entity, 'PART_MISSING');
    return parts;
  });
  return { extent, files };
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
