/**
 * Of each key the newest state that a run tells, in whatever order it tells them. The owner of a state counts its
 * revisions; of two under one revision the later one stands.
 */
export function newestRevisions<State extends { readonly revision: number }>(
  told: readonly State[],
  keyOf: (state: State) => string,
): State[] {
  const newest = new Map<string, State>();
  for (const state of told) {
    const known = newest.get(keyOf(state));
    if (!known || known.revision <= state.revision) newest.set(keyOf(state), state);
  }
  return [...newest.values()];
}
