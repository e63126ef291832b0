import { MarginService, StatementService } from '#libs/contracts';
import { marketCode } from './membership-app.js';
import {
  ancenisId,
  coordination,
  memberRoles,
  type RightsTable,
  singly,
  testRights,
} from './rights-table.js';
import { runningMember } from './running-member.js';

const member = runningMember();
const { as, clientOf, ofMember } = member;

let pdf: Uint8Array;

const watched = { notFor: [coordination('SUP-3')] };

const services = [StatementService, MarginService] as const;
const table: RightsTable<typeof services> = {
  getStatement: {
    rightful: [...memberRoles, 'coordinator', 'supplier'],
    request: ofMember,
  },
  verifyStatement: {
    rightful: [...memberRoles, 'coordinator', 'supplier'],
    request: () => ({ file: pdf }),
  },
  listMargins: {
    rightful: ['coordinator', 'admin'],
    ...watched,
    request: () => ({ marketCode, bound: 'FLOOR' }),
  },
  getCeilings: {
    rightful: 'coordinator',
    ...watched,
    request: () => ({ marketCode }),
  },
};

beforeAll(async () => {
  const coordinator = await as('coordinator');
  ({ pdf } = await clientOf(StatementService).getStatement(ofMember(), coordinator));
}, 60_000);

testRights(member, services, table, {
  notFor: [
    {
      title: 'SUP-1: %s is refused to school, support and data-protection officer',
      tokens: singly(['school', 'support-1', 'support-2', 'support-3', 'dpo'], {
        uais: ['0440437L'],
      }),
    },
  ],
});

test('over the wire: a paper, its verification by the code as printed, the floor and the ceiling', async () => {
  const [statements, margins] = [clientOf(StatementService), clientOf(MarginService)];
  const reader = await as('member-reader', { organisationId: ancenisId });
  const given = await statements.getStatement({ ...ofMember(), on: '2022-07-19' }, reader);
  expect(given.code).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
  expect(Buffer.from(given.pdf).subarray(0, 5).toString()).toBe('%PDF-');
  expect(await statements.verifyStatement({ code: given.code }, reader)).toMatchObject({
    verdict: 'GENUINE',
    ...ofMember(),
    on: '2022-07-19',
    ordersChecked: 1,
    statement: given.content,
  });
  const coordinator = await as('coordinator');
  expect(await margins.listMargins({ marketCode, bound: 'FLOOR' }, coordinator)).toMatchObject({
    on: '2022-07-19',
    margins: [{ ...ofMember(), ordered: 412, bound: 412, margin: 0 }],
  });
  // Unless told, it is the floor that is asked about.
  expect(await margins.listMargins({ marketCode }, coordinator)).toMatchObject({
    margins: [{ ...ofMember(), bound: 412 }],
  });
  const notAMargin = Buffer.from('["x","name","m","*"]').toString('base64url');
  await expect(
    margins.listMargins({ marketCode, cursor: notAMargin }, coordinator),
  ).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  for (const wrong of [
    { bound: 'ROOF' },
    { bound: 'FLOOR', percent: 101 },
    { bound: 'FLOOR', accounts: -1 },
  ]) {
    const asked = margins.listMargins({ marketCode, ...wrong }, coordinator);
    await expect(asked).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  }
  const { ceilings } = await margins.getCeilings({ marketCode }, coordinator);
  expect(ceilings).toMatchObject([{ orderedToday: 412, peak: 412, peakOn: '2022-07-19' }]);
});
