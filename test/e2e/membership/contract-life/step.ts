import { randomUUID } from 'node:crypto';
import type { Role } from '#libs/identity';
import { ancenis } from '../active-member.js';
import { marketCode } from '../membership-app.js';

/** One call of the life of a contract. */
export type Step = {
  /** As the client names the RPC. */
  readonly rpc: string;
  readonly as: Role;
  readonly claims?: { readonly sub?: string; readonly [name: string]: unknown };
  /** Made when its turn comes, out of what earlier calls gave. */
  readonly request: () => object;
  /** The document that it names: the entry must rest on it. */
  readonly restsOn?: () => string;
  /** Takes from the answer what later calls need. */
  readonly keep?: (answer: Answer) => string | number | undefined;
  /** Under which name. */
  readonly name?: string;
};
// Answers of sixty RPCs, read loosely: what is missing makes the next call fail.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** What earlier calls gave. */
export const known: Record<string, string | number> = {};
export const of = (name: string) => String(known[name]);
export const version = (name: string) => Number(known[name]);
export const key = () => ({ idempotencyKey: randomUUID() });

export const organisationId = `org-${ancenis.siren}`;
export const lines = (delta: number, effectiveFrom: string) => [
  { itemCode: 'COMPTE_ELEVE', effectiveFrom, delta },
];

export type More = Omit<Partial<Step>, 'rpc' | 'request'>;
export const step = (rpc: string, request: () => object, more: More = {}): Step => ({
  rpc,
  as: 'coordinator',
  request,
  ...more,
});
export const byMember = (rpc: string, request: () => object, more: More = {}) =>
  step(rpc, request, { as: 'member-orderer', claims: { organisationId }, ...more });
export const day = (date: string) =>
  step('startBusinessDay', () => ({ date }), { as: 'player', claims: { markets: [] } });
export const document = (name: string, kind: string, owner: () => object, datedOn: string) =>
  step(
    'uploadDocument',
    () => ({
      ...{ ...key(), owner: owner(), kind, title: kind, fileName: 'a.pdf', datedOn },
      content: Buffer.from(`%PDF-1.7 ${name}`),
    }),
    { name, keep: ({ document: kept }: Answer) => kept.documentId },
  );
export const ofMember = (name: string) => () => ({ membershipId: of(name) });
export const ofMarket = () => ({ marketCode });
export const restingOn = (name: string): More => ({ restsOn: () => of(name) });

/** Changes what is kept under a name, from the version last read. */
export const versioned = (
  rpc: string,
  what: string,
  idName: string,
  request: () => object,
  more: More = {},
) =>
  step(
    rpc,
    () => ({ [idName]: of(what), expectedVersion: version(`${what}-version`), ...request() }),
    { name: `${what}-version`, keep: (answer: Answer) => answer[what].version, ...more },
  );
/** Makes it, and keeps its id and version under that name. */
export const created = (
  rpc: string,
  what: string,
  idName: string,
  request: () => object,
  more: More = {},
) =>
  step(rpc, request, {
    name: what,
    keep: (answer: Answer) => {
      known[`${what}-version`] = answer[what].version;
      return answer[what][idName];
    },
    ...more,
  });
