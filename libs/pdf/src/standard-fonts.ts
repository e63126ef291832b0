const unknown =
  /[^\n\u0020-\u007e\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]/gu;
/** Letters that no mark makes out of a plain one. */
const plain: Readonly<Record<string, string>> = {
  ...{ '\u2212': '-', '\u202f': '\u00a0', Ł: 'L', ł: 'l', Đ: 'D', đ: 'd', ı: 'i', Ħ: 'H', ħ: 'h' },
};

/**
 * Until the fonts are embedded, the standard ones know only the characters of Windows-1252: another one is written as
 * the nearest letter ("Şeyma" as "Seyma"), or as a question mark, never as a wrong one.
 */
export function forStandardFonts(text: string): string {
  return text
    .normalize('NFC')
    .replace(unknown, (one) => plain[one] ?? one.normalize('NFD').replace(/\p{M}/gu, ''))
    .replace(unknown, '?');
}
