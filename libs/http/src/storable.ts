/** Whether a database can hold the text: PostgreSQL knows no NUL, and half a surrogate pair is no character. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Where in what was sent a text that cannot be stored stands, or a figure that is none (1e400); the keys of its path. */
export function unstorableIn(
  value: unknown,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = isStorable(key) ? unstorableIn(part, [...path, key]) : path;
    if (found) return found;
  }
  return undefined;
}
