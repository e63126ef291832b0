import { DocumentService, OrderLifeService, Profile, SuccessionService } from '#libs/contracts';
import { createRpcClient } from '#libs/rpc';
import { localDate } from '#libs/time';
import { Actor } from '../../../deploy/local/demo/acts.js';
import { Adhesions } from '../../../deploy/local/demo/adhesions.js';
import { DirectoryImports } from '../../../deploy/local/demo/directory-imports.js';
import { EntActs } from '../../../deploy/local/demo/ent/ent-acts.js';
import { EntApi } from '../../../deploy/local/demo/ent/ent-api.js';
import { entDays } from '../../../deploy/local/demo/ent/ent-days.js';
import { EntUsers } from '../../../deploy/local/demo/ent-users.js';
import { HeldPlans } from '../../../deploy/local/demo/held-plans.js';
import { Mendings } from '../../../deploy/local/demo/mendings.js';
import { Orders } from '../../../deploy/local/demo/orders.js';
import { play } from '../../../deploy/local/demo/player.js';
import { people } from '../../../deploy/local/demo/players.js';
import { type DemoAct, demoScenario } from '../../../deploy/local/demo/scenario.js';
import { Services } from '../../../deploy/local/demo/services.js';
import { demoSettings } from '../../../deploy/local/demo/settings.js';
import { Stage } from '../../../deploy/local/demo/stage.js';
import { ServiceFait } from '../../../deploy/local/demo/service-fait.js';
import { Successions } from '../../../deploy/local/demo/successions.js';
import { DemoTokens } from '../../../deploy/local/demo/tokens.js';
import { Withdrawals } from '../../../deploy/local/demo/withdrawals.js';
import type { Stack } from '../../../deploy/local/stack.mjs';

const lastDay = localDate('2022-10-30');
const dispensable: readonly DemoAct['kind'][] = [
  ...(['order', 'use-accounts', 'record-engagement'] as const),
  ...(['contest', 'maintain', 'withdraw-draft', 'accept'] as const),
  ...entDays.flatMap(({ acts }) => acts.map(({ kind }) => kind)),
];
const silent = { say() {}, wait() {}, done() {} };

/** The names under which things of one member are asked for. */
export type ThingsOfMember = {
  readonly login: (role: 'reader' | 'orderer' | 'finance') => string;
  readonly name: string;
  readonly siren: string;
  readonly organisationId: string;
  readonly membershipId: string;
  readonly orderId: string;
  readonly draftId: string;
  readonly documentId: string;
  readonly successionId: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly uai: string;
  readonly personId: string;
  readonly accountId: string;
};

/**
 * The demo with two of its members and until its first invoices, so that each has schools, people,
 * accounts, an order and an invoice. Tells what the services call these things.
 */
export async function playTwoMembers(stack: Stack): Promise<[ThingsOfMember, ThingsOfMember]> {
  const settings = demoSettings.parse(stack.env);
  const services = new Services(settings, silent);
  try {
    const stage = new Stage(scenarioOfTwo(), services, silent);
    const ent = EntApi.of(settings);
    const users = new EntUsers(ent, silent);
    const actor = new Actor(
      stage,
      new Adhesions(stage),
      new Orders(stage),
      new DirectoryImports(stage, settings.AAF_DROP_FOLDER),
      users,
      new Withdrawals(stage),
      new Successions(stage),
      new ServiceFait(stage),
      new Mendings(stage),
      new EntActs(stage, ent, users),
    );
    await play(stage.scenario, services, actor, new HeldPlans(services, ent, silent), silent);
    const [first, second] = await Promise.all(
      stage.scenario.members.map(async ({ key }) => {
        const things = await thingsOf(stage, key);
        const draftId = await aDraftOf(things, stack.env);
        const documentId = await aDocumentOf(things, stack.env);
        const successionId = await aSuccessionOf(things, stack.env);
        return { ...things, draftId, documentId, successionId };
      }),
    );
    return [first!, second!];
  } finally {
    services.close();
  }
}

function scenarioOfTwo() {
  const small = demoScenario('small');
  const members = small.members.filter(({ key }) => ['ancenis', 'montreuil'].includes(key));
  const isPlayed = (act: DemoAct) =>
    !dispensable.includes(act.kind) &&
    (act.kind !== 'import-directory' || act.changes.length === 0) &&
    (act.kind !== 'apply' || ['rectorat', ...members.map(({ key }) => key)].includes(act.member));
  const days = small.days
    .filter(({ on }) => on <= lastDay)
    .map((day) => ({ ...day, acts: day.acts.filter(isPlayed), isEmpty: day.acts.length === 0 }))
    .filter(({ acts, isEmpty }) => acts.length > 0 || isEmpty);
  return { ...small, members, days };
}

async function thingsOf(
  stage: Stage,
  key: string,
): Promise<Omit<ThingsOfMember, 'draftId' | 'documentId' | 'successionId'>> {
  const { services } = stage;
  const { name, siren, schools } = stage.member(key);
  const uai = schools[0]!.uai;
  const { membershipId } = await stage.membershipOf(stage.member(key));
  const { orders } = await services.membership(people.coordinator).listOrders({ membershipId });
  const { invoices } = await services.billing(people.supplier).listInvoices({ membershipId });
  const { accounts } = await services.provisioning().listAccounts({ uai });
  // A pupil's: whom no adult's door shows.
  const account = accounts.find(({ profile }) => profile === Profile.STUDENT)!;
  const [order, invoice] = [orders[0]!, invoices[0]!];
  return {
    login: (role) => `member-${role}-${siren}`,
    name,
    siren,
    organisationId: `org-${siren}`,
    membershipId,
    orderId: order.orderId,
    invoiceId: invoice.invoiceId,
    invoiceNumber: invoice.number,
    uai,
    personId: account.personId,
    accountId: account.accountId,
  };
}

/** Prepared by the member's orderer, to count nowhere before it is signed. */
async function aDraftOf(
  { login, membershipId }: Pick<ThingsOfMember, 'login' | 'membershipId'>,
  { ISSUER_URL = '', CLIENT_SECRET = '', MEMBERSHIP_RPC = '' }: Record<string, string>,
): Promise<string> {
  const orderer = login('orderer');
  const token = () => new DemoTokens(ISSUER_URL, CLIENT_SECRET).token('membership', orderer);
  const orders = createRpcClient(OrderLifeService, { address: MEMBERSHIP_RPC, token });
  const { draft } = await orders.prepareDraft({
    idempotencyKey: `draft-${membershipId}`,
    membershipId,
    lines: [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: lastDay, delta: 1 }],
  });
  orders.close();
  return draft!.draftId;
}

/** A letter that the coordinator filed for the member. */
async function aDocumentOf(
  { membershipId }: Pick<ThingsOfMember, 'membershipId'>,
  { ISSUER_URL = '', CLIENT_SECRET = '', MEMBERSHIP_RPC = '' }: Record<string, string>,
  kind = 'LETTER',
): Promise<string> {
  const token = () =>
    new DemoTokens(ISSUER_URL, CLIENT_SECRET).token('membership', people.coordinator);
  const documents = createRpcClient(DocumentService, { address: MEMBERSHIP_RPC, token });
  const { document } = await documents.uploadDocument({
    idempotencyKey: `${kind}-${membershipId}`,
    owner: { membershipId },
    kind,
    title: kind,
    fileName: 'lettre.pdf',
    datedOn: '2022-10-03',
    content: new TextEncoder().encode('%PDF-1.4\n%%EOF\n'),
  });
  documents.close();
  return document!.documentId;
}

/** A real commune nouvelle; that it takes these members over is invented. */
const terval = {
  name: 'Terval',
  siren: '200099489',
  kind: 'COMMUNE',
  insee: '85289',
  address: '1 place de la Mairie, 85120 Terval',
};

/** Planned by the coordinator for a day that the play never sees. */
async function aSuccessionOf(
  { membershipId }: Pick<ThingsOfMember, 'membershipId'>,
  env: Record<string, string>,
): Promise<string> {
  const { ISSUER_URL = '', CLIENT_SECRET = '', MEMBERSHIP_RPC = '' } = env;
  const documentId = await aDocumentOf({ membershipId }, env, 'DECISION');
  const token = () =>
    new DemoTokens(ISSUER_URL, CLIENT_SECRET).token('membership', people.coordinator);
  const client = createRpcClient(SuccessionService, { address: MEMBERSHIP_RPC, token });
  const { successions } = await client.planSuccessions({
    idempotencyKey: `succession-${membershipId}`,
    marketCode: 'e-primo-2022',
    plans: [
      {
        kind: 'FULL',
        effectiveOn: '2025-01-01',
        predecessorMembershipId: membershipId,
        successor: terval,
        documentId,
      },
    ],
  });
  client.close();
  return successions[0]!.successionId;
}

/** Who may log in for a member: its three hats, and the head of its first school. */
export const hatsOf = ({ login, uai }: ThingsOfMember) => [
  login('reader'),
  login('orderer'),
  login('finance'),
  `school-${uai.toLowerCase()}`,
];

/** What of a member a text tells: the names of its things, and its own. */
export const tracesOf = ({ login: _login, ...things }: ThingsOfMember, text: string) =>
  Object.values(things).filter((thing) => text.includes(thing));

/** The same things by names of the right shape that nobody has. */
export function nobody(like: ThingsOfMember): ThingsOfMember {
  const none = '00000000-0000-4000-8000-000000000000';
  const ids = {
    membershipId: none,
    orderId: none,
    draftId: none,
    documentId: none,
    successionId: none,
    invoiceId: none,
    personId: none,
    accountId: none,
  };
  return { ...like, ...ids, organisationId: 'org-999999999', uai: '0440001M' };
}
