import { plain } from './row-values.js';

/** What a row says of a guardian beside the name; read to tell homonyms apart, and dropped (SUP-4). */
export type GuardianRow = {
  readonly address: readonly string[];
  /** Mail and phones. */
  readonly contacts: readonly string[];
  /** The names of each child. */
  readonly children: readonly (readonly [familyName: string, firstName: string])[];
};

/**
 * Two rows of one name are one person where this is the same: the address; where none is said, how they are reached; where
 * nothing is, the children. A name alone is nobody (DIR-2): taken for one, two fathers would see each other's children.
 */
export function homeOf({ address, contacts, children }: GuardianRow): string {
  const said = [address, contacts].find((words) => words.some((word) => word !== ''));
  return plain(
    said?.join('\0') ??
      children
        .map((names) => names.join(' '))
        .sort()
        .join('\0'),
  );
}
