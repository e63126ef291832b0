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
 * The rights of several roles in one market add up; roles that are not listed see nobody. Who looks at several markets
 * sees what he may in each of them: level 2 in one does not unmask the people of another. A head who is also an agent
 * looks at whole markets as an agent: what a head may see of its own school does not widen.
 */
export function viewRightsOf(
  grants: readonly { readonly role: string; readonly market: string }[],
): ViewRights {
  const agent = grants.filter(({ role }) => role.startsWith('support-'));
  const looking = agent.length > 0 ? agent : grants.filter(({ role }) => role === 'school');
  const markets = [...new Set(looking.map(({ market }) => market))];
  const ofEach = markets.map((one) =>
    looking
      .filter(({ market }) => market === one)
      .map(({ role }) => rightsByRole[role] ?? nothing)
      .reduce((a, b) => each((right) => a[right] || b[right]), nothing),
  );
  return ofEach.length === 0 ? nothing : each((right) => ofEach.every((one) => one[right]));
}

const each = (holds: (right: keyof ViewRights) => boolean): ViewRights => ({
  names: holds('names'),
  birthDate: holds('birthDate'),
  family: holds('family'),
  fullLogin: holds('fullLogin'),
  history: holds('history'),
  technical: holds('technical'),
});
