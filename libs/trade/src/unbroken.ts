const noBreak = '\u00a0';

/**
 * A French text whose lines break as French lines do: none begins with a sign that stands off its word (`:`, `;`, `?`,
 * `!`, `»`, `%`, `€`), none ends with `«`. Texts are written with plain spaces; who shows them calls this.
 */
export const unbroken = (text: string): string =>
  text.replace(/ (?=[:;?!»%€](?![\p{L}\p{N}/=]))/gu, noBreak).replace(/« /gu, `«${noBreak}`);
