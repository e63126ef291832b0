/** A name as a person reads it: an ENT writes names in its own case and trims them. */
export const shownName = (name: string): string =>
  name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** A name without accents, case and signs. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
