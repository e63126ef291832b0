import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A reason and the changes it has: each a line of the golden with `- ` (gone) or `+ ` (new) before it. */
export type ListedChanges = { readonly why: string; readonly changes: readonly string[] };

/** What differs between the lines of the golden and today's, gone ones first within a route. */
export function changesBetween(before: readonly string[], now: readonly string[]): string[] {
  const [old, current] = [new Set(before), new Set(now)];
  const gone = before.filter((line) => !current.has(line)).map((line) => `- ${line}`);
  const added = now.filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  const subject = (change: string) => change.slice(2);
  return [...gone, ...added].sort((a, b) => (subject(a) < subject(b) ? -1 : 1));
}

/** Every group of every file of the folder, with the name of its file. */
export function listedIn(folder: string): (ListedChanges & { readonly file: string })[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) =>
      (JSON.parse(readFileSync(join(folder, file), 'utf8')) as ListedChanges[]).map((group) => ({
        ...group,
        file,
      })),
    );
}

/** What somebody has still to write down or to take out; all empty where the lists tell the truth. */
export function untold(
  changes: readonly string[],
  groups: readonly (ListedChanges & { readonly file: string })[],
): { unlisted: string[]; outdated: string[]; withoutReason: string[] } {
  const listed = groups.flatMap(({ changes: told, file }) =>
    told.map((change) => ({ change, file })),
  );
  const known = new Set(listed.map(({ change }) => change));
  const real = new Set(changes);
  return {
    unlisted: changes.filter((change) => !known.has(change)),
    outdated: listed
      .filter(({ change }) => !real.has(change))
      .map(({ change, file }) => `${file}: ${change}`),
    withoutReason: groups.filter(({ why }) => why.trim().length < 10).map(({ file }) => file),
  };
}
