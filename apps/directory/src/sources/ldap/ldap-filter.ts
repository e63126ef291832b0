import { escapeFilter } from 'ldapts';

/** Entries stamped `from` or later. Whatever characters it has, it stays a value to look for. */
export function changedSince(filter: string, from: string): string {
  return `(&${filter}${escapeFilter`(modifyTimestamp>=${from})`})`;
}
