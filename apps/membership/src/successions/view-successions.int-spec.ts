import { jest } from '@jest/globals';
import {
  ancenis,
  callerWith,
  coordinator,
  itemCode,
  marketCode,
  type MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../test/support/builders/refusal.js';
import { SuccessionInPart } from '../../../../test/support/builders/succession-in-part.js';
import { SuccessionWorld, tardiere } from '../../../../test/support/builders/succession-world.js';
import type { PlanGiven } from './prepare-plan.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(120_000);

let world: MembershipWorld;
let successions: SuccessionWorld;
let inPart: SuccessionInPart;
let old: string;
let heir: string;

beforeEach(async () => {
  successions = await SuccessionWorld.begin();
  ({ world } = successions);
  inPart = await SuccessionInPart.begin(successions);
  ({ old, heir } = inPart);
}, 60_000);
afterEach(() => world.fresh.drop());

test('ADH-5: a preview shows both sides and their seats, and writes nothing', async () => {
  inPart.hold(105);
  successions.seats.held.set(heir, [{ itemCode, held: 48, schools: [] }]);
  const show = (plan: PlanGiven) =>
    successions.preview.execute({ marketCode, plan, caller: coordinator });
  const shown = await show(inPart.plan());
  expect(shown).toMatchObject({
    refusal: undefined,
    seatsKnown: true,
    createsMembership: false,
    schools: ['0440001M'],
    items: [
      {
        commitmentMoved: 100,
        orderedMoved: 105,
        least: 100,
        most: 112,
        predecessor: {
          commitmentBefore: 412,
          commitmentAfter: 312,
          orderedBefore: 432,
          orderedAfter: 327,
          seatsHeld: 400,
        },
        successor: {
          commitmentBefore: 50,
          commitmentAfter: 150,
          orderedBefore: 50,
          orderedAfter: 155,
          seatsHeld: 48,
        },
        seatsMoving: 105,
        seatsMissing: 0,
      },
    ],
  });
  expect((await show(inPart.plan({ annexe2Lines: [9] }))).refusal?.code).toBe(
    'ANNEXE_LINES_UNKNOWN',
  );
  expect(await world.count('from succession')).toBe(0);
});

test('SUP-3: each side sees the succession, another member does not', async () => {
  inPart.hold(100);
  const [id] = await successions.execute([inPart.plan()]);
  const as = (siren: string) => callerWith('member-reader', { organisationId: `org-${siren}` });
  for (const { siren } of [ancenis, vertou]) {
    expect((await successions.view.find({ successionId: id!, caller: as(siren) })).kind).toBe(
      'PARTIAL',
    );
  }
  const stranger = as('200099489');
  expect(await codeOf(successions.view.find({ successionId: id!, caller: stranger }))).toBe(
    'NOT_FOUND',
  );
  const page = { marketCode, status: '', membershipId: '', after: undefined, limit: 10 };
  expect(await successions.view.list({ ...page, caller: stranger })).toEqual([]);
  expect(await successions.view.list({ ...page, caller: as(vertou.siren) })).toHaveLength(1);
  const third = await world.activeMember(tardiere, 100);
  for (const [membershipId, count] of [
    [old, 1],
    [heir, 1],
    [third, 0],
  ] as const) {
    const own = await successions.view.list({ ...page, membershipId, caller: coordinator });
    expect(own).toHaveLength(count);
  }
});
