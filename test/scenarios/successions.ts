import { randomUUID } from 'node:crypto';
import { localDate } from '#libs/time';
import { waitUntilQuiet } from '../../deploy/local/demo/quiet.js';
import { Services } from '../../deploy/local/demo/services.js';
import { demoSettings } from '../../deploy/local/demo/settings.js';
import type { Stack } from '../../deploy/local/stack.mjs';
import { logIn, type Session } from '../support/browser/log-in.js';
import type { ThingsOfMember } from '../support/market/two-members.js';
import { today } from './each-door/door.js';

export type TwoMembers = {
  readonly stack: Stack;
  /** Takes a school over, where pupils are waiting for a seat. */
  readonly own: ThingsOfMember;
  readonly other: ThingsOfMember;
};

const market = 'e-primo-2022';
/** On which the stories that follow on the same stack stand. */
const day = localDate(today);
const itemCode = 'COMPTE_ELEVE';
const silent = { say() {}, wait() {}, done() {} };

/**
 * Goal: a succession through REST on the whole product (ADH-5): seen beforehand, planned, carried out on its
 * day, with C, O and accounts where the rule says. Method: on the stack of two members of the demo, a school of the
 * second passes to the first, where pupils are waiting for a seat.
 */
export function successions(given: () => TwoMembers): void {
  let stack: Stack;
  let services: Services;
  let heir: ThingsOfMember;
  let old: ThingsOfMember;
  let coordinator: Promise<Session> | undefined;

  beforeAll(() => {
    ({ stack, own: heir, other: old } = given());
    services = new Services(demoSettings.parse(stack.env), silent);
  });
  afterAll(() => services?.close());

  async function ask(
    path: string,
    { session: asked, body, key = randomUUID(), type = 'application/json' }: Asked = {},
  ): Promise<{ status: number; body: Json }> {
    // Once this story begins: who plans has logged in a moment ago.
    coordinator ??= logIn(stack.consoleUrl, 'coordinator');
    const session = asked ?? (await coordinator);
    const response = await fetch(new URL(`/api/${path}`, stack.consoleUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        cookie: session.cookie,
        'x-csrf-token': session.csrf,
        origin: stack.consoleUrl,
        'idempotency-key': key,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  }
  /** A paper in the file of the member that gives. */
  async function deposit(kind: string, title: string, datedOn: string): Promise<string> {
    const paper = { membership: old.membershipId, kind, title, fileName: 'a.pdf', datedOn };
    const { body } = await ask(`documents?${new URLSearchParams(paper)}`, {
      ...{ body: '%PDF-1.4\n%%EOF\n', type: 'application/octet-stream' },
    });
    return String(body['documentId']);
  }
  async function itemOf({ membershipId }: ThingsOfMember): Promise<Item> {
    const { body } = await ask(`memberships/${membershipId}`);
    const [item] = body['items'] as Item[];
    return item!;
  }

  test('ADH-5: a school passes to another member through REST, with its commitment, seats and accounts', async () => {
    const before = { heir: await itemOf(heir), old: await itemOf(old) };
    // Line 4 of annex 2: 170 accounts for the third school.
    const plan = {
      kind: 'PARTIAL',
      effectiveOn: day,
      predecessorMembershipId: old.membershipId,
      successor: { siren: heir.siren },
      documentId: await deposit('DELIBERATION', 'Délibérations concordantes', '2022-10-24'),
      annexe2Lines: [4],
    };
    const shown = await ask('coordination/successions/preview', {
      body: { marketCode: market, plan },
    });
    expect(shown.body).toMatchObject({
      refusalCode: '',
      seatsKnown: true,
      createsMembership: false,
    });
    const [preview] = shown.body['items'] as { seatsMoving: number }[];
    const { seatsMoving } = preview!;
    expect(seatsMoving).toBeGreaterThan(100);
    expect(preview).toMatchObject({
      itemCode,
      commitmentMoved: 170,
      orderedMoved: 170,
      least: 170,
    });

    const key = randomUUID();
    const planned = await ask('coordination/successions', {
      body: { marketCode: market, plans: [plan] },
      key,
    });
    expect(planned.status).toBe(201);
    const again = await ask('coordination/successions', {
      body: { marketCode: market, plans: [plan] },
      key,
    });
    expect(again.body).toEqual(planned.body);
    const [{ successionId }] = planned.body['successions'] as [{ successionId: string }];
    expect(await itemOf(old)).toEqual(before.old);
    const [{ proposalDigest: digest }] = planned.body['successions'] as [
      { proposalDigest: string },
    ];
    const approve = (session?: Session) =>
      ask(`coordination/successions/${successionId}/approval`, {
        ...{ body: { digest }, ...(session && { session }) },
      });
    expect((await approve()).body).toMatchObject({ status: 409, code: 'PROPOSAL_OWN' });
    const second = await logIn(stack.consoleUrl, 'coordinator-2');
    expect((await approve(second)).body).toMatchObject({ successions: [{ status: 'PLANNED' }] });

    await services.membership().startBusinessDay({ date: day });
    await waitUntilQuiet(services, silent, day);
    const reader = await logIn(stack.consoleUrl, heir.login('reader'));
    expect((await ask(`successions/${successionId}`, { session: reader })).body).toMatchObject({
      status: 'CARRIED_OUT',
      decidedOn: day,
      moved: [{ itemCode, commitment: 170, ordered: 170 }],
    });
    const after = { heir: await itemOf(heir), old: await itemOf(old) };
    const totals = ({ heir: a, old: b }: typeof after) => [
      a.commitment + b.commitment,
      a.ordered + b.ordered,
    ];
    expect(totals(after)).toEqual(totals(before));
    expect(after.heir.commitment).toBe(before.heir.commitment + 170);
    // Those who came with the school keep their seats; who waited gets what was left over.
    const free = 170 - seatsMoving;
    expect(after.old.held).toBe(before.old.held - seatsMoving);
    expect(after.heir.held).toBe(before.heir.held + seatsMoving + free);
    expect(after.heir.waiting).toBe(before.heir.waiting - free);
  }, 120_000);

  test('ADH-5: a plan is cancelled through REST; then a file of movements may plan another', async () => {
    await deposit('DECISION', 'Arrêté', '2022-10-24');
    const file = [
      'Date;Type;Ancien membre;Successeur;Document;Date du document',
      `01/01/2024;totale;${old.siren};${heir.siren};Arrêté;24/10/2022`,
    ].join('\n');
    const load = (dryRun: boolean) =>
      ask(`coordination/successions/import?marketCode=${market}&fileName=m.csv&dryRun=${dryRun}`, {
        body: file,
        type: 'application/octet-stream',
      });
    expect((await load(true)).body).toMatchObject({
      faults: [{ line: 2, code: 'SUCCESSION_ALREADY_PLANNED' }],
    });
    expect((await load(false)).body).toMatchObject({ status: 422, code: 'MOVEMENTS_FAULTY' });
    const cancelled = await ask(`coordination/successions/${old.successionId}/cancellation`, {
      body: { reason: 'Arrêté rapporté' },
    });
    expect(cancelled.body).toMatchObject({ successions: [{ status: 'CANCELLED' }] });
    expect((await load(true)).body).toMatchObject({ faults: [], successions: [] });
    expect((await load(false)).body).toMatchObject({
      successions: [{ status: 'PROPOSED', effectiveOn: '2024-01-01', kind: 'FULL' }],
    });
    const { body } = await ask(`memberships/${old.membershipId}/successions`);
    const statuses = successionsOf(body).map(({ status }) => status);
    expect(statuses.sort()).toEqual(['CANCELLED', 'CARRIED_OUT', 'PROPOSED']);
    // The stories that follow plan others.
    const last = successionsOf(body).find(({ status }) => status === 'PROPOSED');
    const undone = await ask(`coordination/successions/${last?.successionId}/cancellation`, {
      body: { reason: 'Fin de cette histoire' },
    });
    expect(undone.body).toMatchObject({ successions: [{ status: 'CANCELLED' }] });
  }, 60_000);
}

type Json = Record<string, unknown>;
const successionsOf = (body: Json) =>
  body['successions'] as { readonly status: string; readonly successionId: string }[];
type Asked = {
  readonly session?: Session;
  readonly body?: object | string;
  readonly key?: string;
  readonly type?: string;
};
type Item = { commitment: number; ordered: number; held: number; waiting: number };
