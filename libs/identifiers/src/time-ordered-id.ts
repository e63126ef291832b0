/**
 * An id that sorts by the time it was made (UUID version 7, RFC 9562): rows written one after the other lie side by
 * side in an index, however large the table. Its randomness is that of a random UUID.
 */
export function timeOrderedId(millisecondsSince1970: number, randomUuid: string): string {
  const time = millisecondsSince1970.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUuid.slice(15)}`;
}
