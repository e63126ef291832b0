/** What a person or a process may be. `service` and `player` are processes. */
export const roles = [
  'support-1',
  'support-2',
  'support-3',
  'member-reader',
  'member-orderer',
  'member-finance',
  'school',
  'coordinator',
  'supplier',
  'dpo',
  'admin',
  'service',
  'player',
] as const;
export type Role = (typeof roles)[number];

export const processRoles: readonly Role[] = ['service', 'player'];
/** Where processes have their rights, and the administrator of the platform; nobody else. */
export const everyMarket = '*';

/** A right is a pair (SUP-3): who coordinates one market and reads in another coordinates the one only. */
export type Grant = { readonly role: Role; readonly market: string };

/** Who calls, as the verified token says. Rights are judged by the service that owns the data (SUP-3). */
export type Caller = {
  readonly userId: string;
  /** Who brings the call in that name: the client, or who acts for the person. For the journal, never for rights. */
  readonly carrier?: string;
  readonly grants: readonly Grant[];
  /** The organisation a member's user acts for. */
  readonly organisationId?: string;
  /** Schools a `school` user heads. */
  readonly uais: readonly string[];
  /** When a person last proved who they are; a process never does. */
  readonly loggedInAt?: Date;
};

/** The client of an operator's commands (`npm run ent`): through it a person is an administrator, or nothing. */
export const operatorClient = 'ent';
/** The same commands run by a script, in the script's own name and in nobody's: what asks a fresh login is not its to do. */
export const operatorScript = 'ent-script';
export const isOfOperator = (client: string | undefined): boolean =>
  client === operatorClient || client === operatorScript;

const groupWide: readonly Role[] = [
  'coordinator',
  'supplier',
  'support-1',
  'support-2',
  'support-3',
  'admin',
  'service',
  'player',
];

/** In a market at least: opens a door, and says nothing of what lies behind it. */
export const hasRole = (caller: Caller, ...wanted: readonly Role[]): boolean =>
  caller.grants.some(({ role }) => wanted.includes(role));

/** What a caller may be in one market. */
export const mayIn = (caller: Caller, marketCode: string, ...wanted: readonly Role[]): boolean =>
  hasRole(within(caller, marketCode), ...wanted);

/** The caller with the rights of one market alone. */
export const within = <One extends Caller>(caller: One, marketCode: string): One => ({
  ...caller,
  grants: caller.grants.filter(({ market }) => market === marketCode || market === everyMarket),
});

/** The caller with these roles alone: what brings nobody in helps nobody further. */
export const asOneOf = <One extends Caller>(caller: One, ...wanted: readonly Role[]): One => ({
  ...caller,
  grants: caller.grants.filter(({ role }) => wanted.includes(role)),
});

/** Where a caller has a right, as one of these roles where some are named; undefined: everywhere. */
export function marketsOf(caller: Caller, ...wanted: readonly Role[]): string[] | undefined {
  const { grants } = wanted.length === 0 ? caller : asOneOf(caller, ...wanted);
  const markets = new Set(grants.map(({ market }) => market));
  return markets.has(everyMarket) ? undefined : [...markets].sort();
}

/** Without markets: for what is told of the person, never to judge. */
export const rolesOf = ({ grants }: Pick<Caller, 'grants'>): Role[] => [
  ...new Set(grants.map(({ role }) => role)),
];

/** Whether the caller sees every member of a market (SUP-3), rather than its own organisation only. */
export const seesEveryMember = (caller: Caller, marketCode: string): boolean =>
  mayIn(caller, marketCode, ...groupWide);
