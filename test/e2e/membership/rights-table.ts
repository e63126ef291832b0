import type { DescMethod, DescService, MessageInitShape } from '@bufbuild/protobuf';
import { accessOf, type Grant, type Role } from '#libs/identity';
import { ancenis } from './active-member.js';
import { marketCode } from './membership-app.js';
import type { RunningMember } from './running-member.js';

/**
 * Goal: every call is answered to whom it is for and to nobody else (SUP-1, SUP-3). Method: one row for each RPC
 * of the services given, which the compiler asks for, and so does the first test; every row is called with every
 * wrong token, over the wire.
 */
export type RightsTable<Services extends readonly DescService[]> = {
  readonly [Name in keyof MethodsOf<Services[number]>]: Row<
    InputOf<MethodsOf<Services[number]>[Name]>
  >;
};

type Row<Input> = {
  /** Of a rightful caller, a request that is answered or refused for a reason of the domain. */
  readonly request: () => Input;
  /** Each of them is answered; a member’s role about its own. */
  readonly rightful: Role | readonly [Role, ...Role[]];
  /** The refusal of the domain that tells that a rightful caller passed, where no answer does. */
  readonly passed?: string | number;
  /** Every member of the market may ask: another one is answered too (a list holds what is its own). */
  readonly open?: true;
  /** It names no market: not to be refused to the roles of another one, or to these of them. */
  readonly ofNoMarket?: true | readonly Role[];
  readonly notFor?: readonly Refusal[];
};

/** Tokens that a row, or every row, is refused to. */
export type Refusal = {
  /** Of the test; %s is the RPC. */
  readonly title: string;
  readonly tokens: readonly Claims[];
  /** Where only this one will do. */
  readonly code?: 'NOT_ALLOWED' | 'NOT_FOUND';
};

export type Claims = {
  readonly roles: readonly [Role, ...Role[]];
  readonly organisationId?: string;
  readonly uais?: readonly string[];
  readonly markets?: readonly string[];
  /** Instead of each role in each market. */
  readonly grants?: readonly Grant[];
};

type MethodsOf<Service extends DescService> = (
  Service extends DescService ? (methods: Service['method']) => void : never
) extends (methods: infer Methods) => void
  ? Methods
  : never;
type InputOf<Method> = Method extends DescMethod ? MessageInitShape<Method['input']> : never;

export const ancenisId = `org-${ancenis.siren}`;
export const memberRoles = ['member-reader', 'member-orderer', 'member-finance'] as const;
/** One token with every role of a member, and more. */
export const memberOf = (organisationId: string, ...more: Role[]): Claims => ({
  organisationId,
  roles: [...memberRoles, ...more],
});
export const anotherMember = (...more: Role[]) => memberOf('org-214400368', ...more);
/** One token with every role that reads of every member, and more. */
export const reading = (...more: Role[]): Claims => ({
  roles: ['support-1', 'support-2', 'support-3', 'supplier', 'dpo', ...more],
});
/** What the coordination decides or watches: nobody of a member may ask, for its own either. */
export const coordination = (
  rule: string,
  { organisationId = ancenisId, more = [] }: { organisationId?: string; more?: Role[] } = {},
): Refusal => ({
  title: `${rule}: %s is refused to the member itself, and to roles that read every member`,
  tokens: [memberOf(organisationId), reading(...more)],
});
/** One token for each of the roles. */
export const singly = (roles: readonly Role[], claims: Omit<Claims, 'roles'> = {}): Claims[] =>
  roles.map((role) => ({ ...claims, roles: [role] }));

type Options = {
  /** Of the rightful members: Ancenis unless told. */
  readonly organisationId?: string;
  /** Further tokens of another member. */
  readonly strangers?: readonly Claims[];
  /** Of every row. */
  readonly notFor?: readonly Refusal[];
};

/** The tests of a table, in the order of its rows; those whom it is for come last, since they change things. */
export function testRights<const Services extends readonly DescService[]>(
  { as, clientOf, provisioning }: RunningMember,
  services: Services,
  table: RightsTable<Services>,
  { organisationId = ancenisId, strangers = [], notFor = [] }: Options = {},
): void {
  const rows = new Map(Object.entries(table as Readonly<Record<string, Row<object>>>));
  const names = [...rows.keys()];
  const rowOf = (name: string) => rows.get(name)!;
  const refused = expect.stringMatching(/^(NOT_ALLOWED|NOT_FOUND)$/) as unknown;

  /** The code of the refusal, or undefined for an answer. */
  async function call(
    name: string,
    token?: { token: string },
  ): Promise<string | number | undefined> {
    const of = services.find(({ method }) => name in method)!;
    const ask = clientOf(of)[name as never] as (request: object, as?: object) => Promise<unknown>;
    return ask(rowOf(name).request(), token).then(
      () => undefined,
      (error: { code?: string | number }) => {
        if (error.code === undefined) throw error;
        return error.code;
      },
    );
  }
  async function expectAnswer(name: string, claims: Claims, answer: unknown): Promise<void> {
    const { roles } = claims;
    // A refusal of rights depends on no other service.
    provisioning().isFaulty = answer === refused;
    const given = await call(name, await as(roles[0], claims));
    provisioning().isFaulty = false;
    expect({ roles, answer: given }).toEqual({ roles, answer });
  }

  test('every RPC of the services is in the table', () => {
    const all = services.flatMap(({ methods }) => methods.map(({ localName }) => localName));
    expect([...names].sort()).toEqual(all.sort());
  });

  test.each(names)('%s answers nobody without a token', async (name) => {
    expect(await call(name)).toBe(16);
  });

  test.each(names)(
    'SUP-3: %s is refused to another member, unless every member may ask',
    async (name) => {
      const answer = rowOf(name).open ? undefined : refused;
      for (const claims of [anotherMember(), ...strangers]) {
        await expectAnswer(name, claims, answer);
      }
    },
  );

  for (const refusal of new Set([...notFor, ...[...rows.values()].flatMap(ofRow)])) {
    const whose = notFor.includes(refusal)
      ? names
      : names.filter((name) => ofRow(rowOf(name)).includes(refusal));
    test.each(whose)(refusal.title, async (name) => {
      expect.hasAssertions();
      for (const claims of refusal.tokens) {
        await expectAnswer(name, claims, refusal.code ?? refused);
      }
    });
  }

  const elsewhere = ['member-orderer', 'coordinator', 'supplier', 'admin'] as const;
  test.each(names.filter((name) => rowOf(name).ofNoMarket !== true))(
    'SUP-1: %s is refused to the member, the coordinator, the supplier and the admin of another market',
    async (name) => {
      expect.hasAssertions();
      const { ofNoMarket = [] } = rowOf(name);
      const roles = elsewhere.filter((role) => ofNoMarket === true || !ofNoMarket.includes(role));
      for (const claims of singly(roles, { organisationId, markets: ['autre'] })) {
        await expectAnswer(name, claims, refused);
      }
    },
  );

  const rightsElsewhere = ['coordinator', 'supplier', 'admin', 'support-2', 'support-3'] as const;
  const ofTwoMarkets = (organisation: string, name: string): Claims => {
    const { ofNoMarket = [] } = rowOf(name);
    const there = rightsElsewhere.filter(
      (role) => ofNoMarket === true || !ofNoMarket.includes(role),
    );
    return {
      roles: memberRoles,
      organisationId: organisation,
      grants: [
        ...memberRoles.map((role) => ({ role, market: marketCode })),
        ...there.map((role) => ({ role, market: 'autre' })),
      ],
    };
  };
  test.each(names.filter((name) => rowOf(name).ofNoMarket !== true && !rowOf(name).open))(
    'SUP-3: %s is refused to another member who coordinates, supplies and administers another market',
    async (name) => {
      await expectAnswer(name, ofTwoMarkets('org-214400368', name), refused);
    },
  );
  const ofTheGroup = services
    .flatMap(({ methods }) => methods)
    .filter((rpc) => !accessOf(rpc)?.roles.some((role) => role.startsWith('member')))
    .map(({ localName }) => localName)
    .filter((name) => rowOf(name).ofNoMarket !== true);
  if (ofTheGroup.length > 0) {
    test.each(ofTheGroup)(
      'SUP-3: %s is refused to the member itself who coordinates another market',
      async (name) => {
        await expectAnswer(name, ofTwoMarkets(organisationId, name), refused);
      },
    );
  }

  test.each(names)('%s is not refused to whom it is for', async (name) => {
    const { rightful, passed } = rowOf(name);
    for (const role of [rightful].flat()) {
      const own = role.startsWith('member') ? { organisationId } : {};
      await expectAnswer(name, { ...own, roles: [role] }, passed);
    }
  });
}

const ofRow = ({ notFor = [] }: Row<object>): readonly Refusal[] => notFor;
