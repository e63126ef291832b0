import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';
import { Commands } from '#libs/commands';
import { Communes } from '../../organisations/communes.js';
import type { Invitee } from './domain/invitation.js';
import { ImportInvitations } from './import-invitations.js';
import { Invitations } from './invitations.pg.js';
import { InviteOrganisations } from './invite-organisations.js';
import { RecordDecline } from './record-decline.js';
import { RecordReminder } from './record-reminder.js';
import { ViewCampaign } from './view-campaign.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2021-12-01');
  await world.publishMarket();
}, 30_000);
afterEach(() => world.fresh.drop());

const communes = new Communes();
const invitations = () => new Invitations(world.database);
const commands = () => new Commands(world.unitOfWork, world.businessDate);
const view = () => new ViewCampaign(invitations(), world.markets, world.businessDate);
const inviting = () => new InviteOrganisations(commands(), invitations(), world.markets, communes);
const list = (over: object = {}) =>
  view().list({ marketCode, dueOnly: false, limit: 200, caller: coordinator, ...over });
const inviteeOf = (member: typeof ancenis, letterNumber = ''): Invitee => ({
  ...{ siren: member.siren, name: member.name, kind: 'COMMUNE', insee: member.insee, letterNumber },
});
const invite = (invitees: Invitee[], idempotencyKey: string = randomUUID()) =>
  inviting().execute({
    ...{ idempotencyKey, marketCode, invitedOn: localDate('2021-11-15'), caller: coordinator },
    invitees: invitees.map((invitee, index) => ({ line: index + 1, invitee })),
  });
const importing = (content: string, over: object = {}) =>
  new ImportInvitations(inviting()).execute({
    ...{ idempotencyKey: randomUUID(), marketCode, invitedOn: localDate('2021-11-15') },
    ...{ fileName: 'liste.csv', content: Buffer.from(content), dryRun: false, caller: coordinator },
    ...over,
  });
const remind = (
  invitationIds: string[],
  remindedOn: string,
  idempotencyKey: string = randomUUID(),
) =>
  new RecordReminder(commands(), invitations(), view()).execute({
    ...{ idempotencyKey, marketCode, invitationIds, caller: coordinator },
    reminder: { remindedOn: localDate(remindedOn), channel: 'MAIL', letterNumber: '' },
  });
const decline = (invitationId: string, declinedOn: string) =>
  new RecordDecline(commands(), invitations()).execute({
    ...{ invitationId, declinedOn: localDate(declinedOn), note: '', caller: coordinator },
  });
const countOf = async (state: string) =>
  (await view().counts({ marketCode, caller: coordinator })).counts.find(
    (one) => one.state === state,
  )?.count;

test('ADH-1: a campaign from the invitation to the application, with what is due', async () => {
  expect(await invite([inviteeOf(ancenis, '1A 1'), inviteeOf(vertou, '1A 2')])).toEqual({
    invited: 2,
    known: 0,
  });
  expect(await list()).toMatchObject([
    { invitee: { name: ancenis.name, letterNumber: '1A 1' }, state: 'INVITED' },
    { invitee: { name: 'Vertou' }, state: 'INVITED', isReminderDue: false },
  ]);
  await world.day('2021-12-06');
  const due = await list({ dueOnly: true });
  expect(due.map(({ state }) => state)).toEqual(['SILENT', 'SILENT']);
  const ids = due.map(({ invitationId }) => invitationId);
  const key = randomUUID();
  expect(await remind(ids, '2021-12-06', key)).toEqual({ reminded: 2 });
  expect(await remind(ids, '2021-12-06', key)).toEqual({ reminded: 2 });
  expect(await world.count('from invitation_reminder')).toBe(2);
  expect(await countOf('REMINDED')).toBe(2);

  await decline(ids[1]!, '2021-12-06');
  await decline(ids[1]!, '2021-12-05');
  expect(await list({ state: 'DECLINED' })).toMatchObject([{ declinedOn: '2021-12-06' }]);
  expect(await codeOf(remind(ids, '2021-12-06'))).toBe('NOTHING_TO_REMIND');
  expect(await world.count('from invitation_reminder')).toBe(2);

  await world.day('2022-01-14');
  const { membershipId } = await world.applyAs(ancenis);
  expect(await list({ state: 'MISSING_PIECES' })).toMatchObject([
    {
      application: { membershipId, missing: [expect.stringContaining('seconde personne')] },
      isReminderDue: true,
    },
  ]);
  await world
    .enterAndAccept(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`)
    .catch(() => undefined);
  const { counts, total } = await view().counts({ marketCode, caller: coordinator });
  expect({ total, sum: counts.reduce((sum, { count }) => sum + count, 0) }).toEqual({
    total: 2,
    sum: 2,
  });
  expect(await countOf('MISSING_PIECES')).toBe(0);
});

test('who is invited already stays as it is, a letter’s number is of one organisation', async () => {
  const key = randomUUID();
  expect(await invite([inviteeOf(ancenis, 'L1')], key)).toEqual({ invited: 1, known: 0 });
  expect(await invite([inviteeOf(ancenis, 'L1')], key)).toEqual({ invited: 1, known: 0 });
  expect(await invite([inviteeOf(ancenis, 'L9'), inviteeOf(vertou)])).toEqual({
    invited: 1,
    known: 1,
  });
  expect(await codeOf(invite([inviteeOf(vertou, 'L1')]))).toBe('INVITEES_INVALID');
  expect((await list())[0]?.invitee.letterNumber).toBe('L1');
});

test('a list is imported whole or not at all, every fault with its line', async () => {
  const good = `SIREN;Collectivité;Type;Code INSEE;N° de lettre\n200 083 228;${ancenis.name};Commune;44003;1\n214402158;Vertou;;44215;2\n`;
  expect(await importing(good, { dryRun: true })).toEqual({ invited: 0, known: 0, faults: [] });
  expect(await world.count('from invitation')).toBe(0);
  const bad = `${good}214402159;X;Commune;44999;2\n999000029;CC fictive;Ligue;;\n`;
  expect((await importing(bad)).faults.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '4 SIREN_INVALID',
    '4 LETTER_TWICE',
    '4 COMMUNE_UNKNOWN',
    '5 KIND_UNKNOWN',
  ]);
  expect((await importing('Nom\nX\n')).faults).toMatchObject([{ code: 'HEADER_MISSING' }]);
  expect((await importing('')).faults).toHaveLength(1);
  expect(await world.count('from invitation')).toBe(0);
  expect(await importing(good)).toEqual({ invited: 2, known: 0, faults: [] });
});

test('the real communes of the five departments make a campaign, in pages', async () => {
  const csv = ['SIREN;Nom;INSEE'];
  for (const insee of communes.territory().membersOf('244400537')) {
    csv.push(`${communes.territory().communeOf(insee)?.siren};Commune ${insee};${insee}`);
  }
  expect((await importing(csv.join('\n'))).invited).toBe(csv.length - 1);
  const first = await list({ limit: 3 });
  expect(first).toHaveLength(4);
  const last = first[2]!;
  const rest = await list({ after: [last.invitee.name, last.invitationId] });
  expect(rest).toHaveLength(csv.length - 1 - 3);
});

test('SUP-1: a campaign is of its market’s coordinator', async () => {
  await invite([inviteeOf(ancenis)]);
  const [{ invitationId } = { invitationId: '' }] = await list();
  const caller = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(list({ caller }))).toBe('NOT_FOUND');
  const declining = new RecordDecline(commands(), invitations());
  const declined = { invitationId, declinedOn: localDate('2021-12-01'), note: '', caller };
  expect(await codeOf(declining.execute(declined))).toBe('NOT_FOUND');
  expect(await codeOf(importing('SIREN;Nom\n', { caller }))).toBe('NOT_FOUND');
  expect(await codeOf(remind(['unknown'], '2021-12-01'))).toBe('INVITATION_UNKNOWN');
});
