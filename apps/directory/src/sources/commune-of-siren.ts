import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InseeCode, inseeCodeOfSiren, type Siren } from '#libs/identifiers';

// From the root, as the migrations are found; a hundred kilobytes, read once (see its LICENCES.md).
const file = join('apps', 'directory', 'data', 'communes.csv');
let exceptions: ReadonlyMap<string, string> | undefined;

/** A commune nouvelle has a SIREN that does not contain its code, and some numbers contain the code of a neighbour. */
export function communeOfSiren(siren: Siren): InseeCode | undefined {
  exceptions ??= new Map(
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(';') as [string, string]),
  );
  return (exceptions.get(siren) as InseeCode | undefined) ?? inseeCodeOfSiren(siren);
}
