/** A field of a market that differs between two versions; values as JSON, empty where there is none. */
export type MarketChange = {
  readonly path: string;
  readonly before: string;
  readonly after: string;
};

/** All fields that differ, by path. Items and ways in are named by what identifies them, not by their place. */
export function changesBetween(before: object, after: object): MarketChange[] {
  const old = fieldsOf(before);
  const fresh = fieldsOf(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? '', after: fresh.get(path) ?? '' }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function fieldsOf(value: unknown, path = ''): Map<string, string> {
  const named = namedEntries(value);
  if (!named) return new Map(value === undefined ? [] : [[path, JSON.stringify(value)]]);
  const fields = named.flatMap(([name, entry]) => [
    ...fieldsOf(entry, path === '' ? name : `${path}.${name}`),
  ]);
  return new Map(fields);
}

/** Undefined: a value of its own (text, number, a list of days). */
function namedEntries(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) {
    const names = value.map(nameOf);
    if (names.length === 0 || names.includes(undefined)) return undefined;
    return value.map((entry: unknown, index) => [names[index] ?? '', entry]);
  }
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}

function nameOf(entry: unknown): string | undefined {
  const { code, profile } = (typeof entry === 'object' ? entry : {}) as {
    code?: string;
    profile?: string;
  };
  return code ?? profile;
}
