/** What a person or a process may be. Several at once. `service` and `player` are processes. */
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

/** Who calls, as the verified token says. Rights are judged by the service that owns the data (SUP-3). */
export type Caller = {
  readonly userId: string;
  /** Who brings the call in that name: the client, or who acts for the person. For the journal, never for rights. */
  readonly carrier?: string;
  readonly roles: readonly Role[];
  /** The organisation a member's user acts for. */
  readonly organisationId?: string;
  /** Schools a `school` user heads. */
  readonly uais: readonly string[];
  /** Markets the rights are limited to (SUP-1); empty: all, for processes only. */
  readonly markets: readonly string[];
  /** When a person last proved who they are; a process never does. */
  readonly loggedInAt?: Date;
};

/** The client of an operator's commands (`npm run ent`): through it a person is an administrator, or nothing. */
export const operatorClient = 'ent';

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

export function hasRole(caller: Caller, ...wanted: readonly Role[]): boolean {
  return caller.roles.some((role) => wanted.includes(role));
}

/** Whether the caller sees every member (SUP-3), rather than its own organisation only. */
export function seesEveryMember(caller: Caller): boolean {
  return hasRole(caller, ...groupWide);
}
