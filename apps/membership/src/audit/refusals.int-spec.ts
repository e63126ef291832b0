import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  marketCode,
  MembershipWorld,
} from '../../../../test/support/builders/membership-world.js';
import { FsDocumentStore } from '../documents/document-store.fs-gateway.js';
import { PgDocuments } from '../documents/documents.pg-repository.js';
import { UploadDocument } from '../documents/upload-document.js';

/**
 * Goal: what was refused can be proved. Method: commands whose answer is kept under a key, refused, then asked
 * again with the same key: one entry, of who asked, on which day, for what, and why not.
 */
// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let folder: string;
let mine: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusals-'));
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.fresh.drop();
});

const datedOn = '2022-07-19';
const paper = (kind: string) => ({ kind, title: 'Pièce', sha256: '', datedOn });
const asked = () => ({ idempotencyKey: randomUUID(), membershipId: mine, caller: coordinator });
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
const content = Buffer.from('%PDF-1.7 convention');

type Case = {
  name: string;
  command: () => () => Promise<unknown>;
  action: string;
  restsOn: string;
  why: Record<string, unknown>;
};
const cases: Case[] = [
  {
    name: 'WDR-1: a revocation without a notice',
    command: () => {
      const letter = {
        ...{ number: '1A 043', sentOn: localDate(datedOn), receivedOn: localDate(datedOn) },
        document: paper('LETTER'),
      };
      const input = { ...asked(), letter };
      return () => world.revokeWithdrawal.execute(input);
    },
    action: 'withdrawal.revocation-refused',
    restsOn: '1A 043',
    why: { code: 'WITHDRAWAL_NOT_GIVEN' },
  },
  {
    name: 'EXC-1: an exclusion that would precede the membership',
    command: () => {
      const decision = {
        ...{ reference: 'n° 2200001 (fictif)', court: 'Tribunal administratif (fictif)' },
        ...{ decidedOn: localDate(datedOn), effectiveOn: localDate('2022-07-18') },
        ...{ sumsDueCents: 0n, document: paper('COURT_DECISION') },
      };
      const input = { ...asked(), decision };
      return () => world.recordExclusion.execute(input);
    },
    action: 'exclusion.refused',
    restsOn: 'n° 2200001 (fictif)',
    why: { code: 'OUTSIDE_MEMBERSHIP' },
  },
  {
    name: 'SCH-1: a school outside the territory',
    command: () => {
      const input = {
        ...{ ...asked(), uai: '0440965K' as never, from: localDate(datedOn) },
        ...{ insee: '44215' as never, territoryException: '', exceptionDocumentId: 'statutes' },
      };
      return () => world.financeSchool.execute(input);
    },
    action: 'school.refused',
    restsOn: 'statutes',
    why: { code: 'DOCUMENT_UNKNOWN', uai: '0440965K', from: datedOn },
  },
  {
    name: 'ADH-2: a document of a day to come',
    command: () => {
      const upload = new UploadDocument(
        world.unitOfWork,
        new PgDocuments(),
        new FsDocumentStore(folder),
        world.markets,
        world.businessDate,
      );
      const input = {
        ...{ ...asked(), owner: { membershipId: mine }, kind: 'CONVENTION' as const, content },
        ...{ title: 'Convention', fileName: 'a.pdf', datedOn: localDate('2022-07-20') },
      };
      return () => upload.execute(input);
    },
    action: 'document.refused',
    restsOn: createHash('sha256').update(content).digest('hex'),
    why: { code: 'DOCUMENT_DATE_INVALID', kind: 'CONVENTION', marketCode },
  },
];

test.each(cases)(
  'SUP-2, $name is refused, and leaves its answer and one entry',
  async ({ command, action, restsOn, why }) => {
    const ask = command();
    expect([await code(ask()), await code(ask())]).toEqual([why['code'], why['code']]);
    const { rows } = await world.database.query(
      `select subject, actor, business_date, rests_on, details from platform.audit_entry where action = $1`,
      [action],
    );
    expect(rows).toEqual([
      {
        subject: `membership:${mine}`,
        actor: coordinator.userId,
        business_date: datedOn,
        rests_on: restsOn,
        details: expect.objectContaining(why) as unknown,
      },
    ]);
  },
);
