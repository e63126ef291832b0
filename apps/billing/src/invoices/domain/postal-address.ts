/** An address as EN 16931 takes it apart; what is unknown is empty. All are French. */
export type PostalAddress = {
  /** At most three. */
  readonly lines: readonly string[];
  readonly postcode: string;
  readonly city: string;
};

/**
 * An address as people write it, on lines or between commas, the postcode and the city last:
 * « 12 quai de l’Exemple, 44000 Nantes CEDEX 2 ». Without a postcode all is lines.
 */
export function postalAddress(text: string): PostalAddress {
  const parts = text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const last = /^(?:F-)?(\d{5})\s+(\S.*)$/.exec(parts.at(-1) ?? '');
  const [, postcode = '', city = ''] = last ?? [];
  return { lines: threeOf(last ? parts.slice(0, -1) : parts), postcode, city };
}

/** The third takes what is left: nothing of an address is dropped. */
function threeOf(parts: readonly string[]): string[] {
  const rest = parts.slice(2).join(', ');
  return [...parts.slice(0, 2), ...(rest === '' ? [] : [rest])];
}
