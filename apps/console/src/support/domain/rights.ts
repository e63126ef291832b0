/** What a visitor may see of a person (SUP-1). */
export type ViewRights = {
  readonly names: boolean;
  readonly birthDate: boolean;
  /** Guardians and children, by name; otherwise their number only. */
  readonly family: boolean;
  readonly fullLogin: boolean;
  readonly history: boolean;
  /** Failure codes and identifiers of the machinery. */
  readonly technical: boolean;
};

const nothing: ViewRights = {
  names: false,
  birthDate: false,
  family: false,
  fullLogin: false,
  history: false,
  technical: false,
};

const rightsByRole: Readonly<Record<string, ViewRights>> = {
  'support-1': { ...nothing, names: true },
  'support-2': {
    names: true,
    birthDate: true,
    family: true,
    fullLogin: true,
    history: true,
    technical: false,
  },
  // Technical causes, without the family data it does not need: neither the full name nor the login.
  'support-3': { ...nothing, history: true, technical: true },
  school: { ...nothing, names: true, birthDate: true, family: true, fullLogin: true },
};

/**
 * The rights of several roles add up; roles that are not listed see nobody. A head who is also an
 * agent looks at a whole market as an agent: what a head may see of its own school does not widen.
 */
export function viewRightsOf(roles: readonly string[]): ViewRights {
  const isAgent = roles.some((role) => role.startsWith('support-'));
  return roles
    .filter((role) => !(isAgent && role === 'school'))
    .reduce((sum, role) => union(sum, rightsByRole[role] ?? nothing), nothing);
}

const union = (a: ViewRights, b: ViewRights): ViewRights => ({
  names: a.names || b.names,
  birthDate: a.birthDate || b.birthDate,
  family: a.family || b.family,
  fullLogin: a.fullLogin || b.fullLogin,
  history: a.history || b.history,
  technical: a.technical || b.technical,
});
