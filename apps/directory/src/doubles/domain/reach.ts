/** Whose doubles somebody sees and decides: of these schools alone, or everybody's. */
export type Reach = readonly string[] | 'ALL';

/** A head inside the own schools; across schools level 2 of support, who administers every market, and the demo (DIR-2). */
export function reachOf(viewer: {
  readonly roles: readonly string[];
  readonly uais: readonly string[];
}): Reach {
  const everywhere = ['support-2', 'admin', 'player', 'service'];
  return viewer.roles.some((role) => everywhere.includes(role)) ? 'ALL' : viewer.uais;
}
