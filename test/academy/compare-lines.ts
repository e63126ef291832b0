/** Two lists as bags: what one has more often than the other, the first twenty. */
export function compare(found: readonly string[], wanted: readonly string[]) {
  const counts = new Map<string, number>();
  for (const line of wanted) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1);
  const those = (sign: 1 | -1) =>
    [...counts].filter(([, count]) => count * sign > 0).map(([line]) => line);
  return { missing: those(1).slice(0, 20), surplus: those(-1).slice(0, 20) };
}
