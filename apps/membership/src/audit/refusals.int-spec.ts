import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { OrganisationSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
  vertou,
} from '../../../../test/support/builders/membership-world.js';
import { FsDocumentStore } from '../documents/document-store.fs-gateway.js';
import { Documents } from '../documents/documents.pg.js';
import { UploadDocument } from '../documents/upload-document.js';
import { fromOrganisationMessage } from '../organisations/organisations.module.js';
import { keptPapers } from '../../../../test/support/builders/kept-papers.js';

/**
 * Goal: what was refused can be proved. Method: commands whose answer is kept under a key, refused, then asked
 * again with the same key: one entry, of who asked, on which day, for what, and why not. Then decisions without a
 * key, refused once: an entry too; and none where a stranger asks.
 */
// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
let folder: string;
let mine: string;
let applicant: string;
let annexe2: string;
let letterId: string;
let judgementId: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refusals-'));
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
  await world.publishMarket();
  applicant = (await world.applyAs(vertou)).membershipId;
  const csv = `UAI;Nombre\n${vertou.uai};1000\n`;
  annexe2 = (await world.importCsv(applicant, csv)).sha256;
  await world.day('2022-07-19');
  mine = await world.activeMember(ancenis, 412);
  letterId = await world.deposit('LETTER', ancenis.siren, { datedOn });
  judgementId = await world.deposit('COURT_DECISION', ancenis.siren, { datedOn });
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world?.fresh.drop();
});

const datedOn = '2022-07-19';
const asked = () => ({ idempotencyKey: randomUUID(), membershipId: mine, caller: coordinator });
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
const content = Buffer.from('%PDF-1.7 convention');

const anotherLetter = {
  marketCode,
  organisation: fromOrganisationMessage(
    create(OrganisationSchema, { ...ancenis, kind: 'COMMUNE', address: '1 rue de l’Exemple' }),
  ),
  letter: {
    number: '1A 044',
    sentOn: localDate('2022-01-10'),
    receivedOn: localDate('2022-01-12'),
  },
  documents: [],
  caller: coordinator,
};

type Case = {
  name: string;
  command: () => () => Promise<unknown>;
  action: string;
  restsOn: string;
  why: Record<string, unknown>;
  /** The membership, unless told. */
  subject?: string;
};
const cases: Case[] = [
  {
    name: 'WDR-1: a revocation without a notice',
    command: () => {
      const letter = {
        ...{ number: '1A 043', sentOn: localDate(datedOn), receivedOn: localDate(datedOn) },
        documentId: letterId,
      };
      const input = { ...asked(), letter };
      return () => world.revokeWithdrawal.execute(input);
    },
    action: 'withdrawal.revoked.refused',
    restsOn: '1A 043',
    why: { code: 'WITHDRAWAL_NOT_GIVEN' },
  },
  {
    name: 'EXC-1: an exclusion that would precede the membership',
    command: () => {
      const decision = {
        ...{ reference: 'n° 2200001 (fictif)', court: 'Tribunal administratif (fictif)' },
        ...{ decidedOn: localDate(datedOn), effectiveOn: localDate('2022-07-18') },
        ...{ sumsDueCents: 0n, documentId: judgementId },
      };
      const input = { ...asked(), decision };
      return () => world.recordExclusion.execute(input);
    },
    action: 'exclusion.recorded.refused',
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
    action: 'school.financed.refused',
    restsOn: 'statutes',
    why: { code: 'DOCUMENT_UNKNOWN', uai: '0440965K', from: datedOn },
  },
  {
    name: 'ADH-2: a document of a day to come',
    command: () => {
      const upload = new UploadDocument(
        world.unitOfWork,
        world.commands,
        new Documents(world.database, keptPapers),
        new FsDocumentStore(folder),
        { documents: 10, bytes: 1_000_000 },
      );
      const input = {
        ...{ ...asked(), owner: { membershipId: mine }, kind: 'CONVENTION' as const, content },
        ...{ title: 'Convention', fileName: 'a.pdf', datedOn: localDate('2022-07-20') },
      };
      return () => upload.execute(input);
    },
    action: 'document.uploaded.refused',
    restsOn: createHash('sha256').update(content).digest('hex'),
    why: { code: 'DOCUMENT_DATE_INVALID', kind: 'CONVENTION', marketCode },
  },
  {
    name: 'ADH-4: another letter of who is a member already',
    command: () => {
      const input = { idempotencyKey: randomUUID(), ...anotherLetter };
      return () => world.apply.execute(input);
    },
    action: 'membership.applied.refused',
    restsOn: '1A 044',
    why: { code: 'ALREADY_MEMBER', marketCode },
    subject: `organisation:org-${ancenis.siren}`,
  },
];

test.each(cases)(
  'SUP-2, $name is refused, and leaves its answer and one entry',
  async ({ command, action, restsOn, why, subject = `membership:${mine}` }) => {
    const ask = command();
    expect([await code(ask()), await code(ask())]).toEqual([why['code'], why['code']]);
    const { rows } = await world.database.query(
      `select subject, actor, business_date, rests_on, details from platform.audit_entry where action = $1`,
      [action],
    );
    expect(rows).toEqual([
      {
        subject,
        actor: coordinator.userId,
        business_date: datedOn,
        rests_on: restsOn,
        details: expect.objectContaining(why) as unknown,
      },
    ]);
  },
);

test('ADH-4: the key of an application answers no other letter', async () => {
  const idempotencyKey = randomUUID();
  expect(await code(world.apply.execute({ idempotencyKey, ...anotherLetter }))).toBe(
    'ALREADY_MEMBER',
  );
  const letter = { ...anotherLetter.letter, number: '1A 045' };
  const again = world.apply.execute({ idempotencyKey, ...anotherLetter, letter });
  expect(await code(again)).toBe('IDEMPOTENCY_KEY_REUSED');
});

type Keyless = {
  name: string;
  decide: (caller: Caller) => Promise<unknown>;
  action: string;
  subject: () => string;
  restsOn: () => string | null;
  why: Record<string, unknown>;
};
const ofApplicant = () => `membership:${applicant}`;
const anotherMarket = async (caller: Caller, dryRun: boolean) => {
  const { market } = await world.markets.find(marketCode);
  return world.loadMarket.execute({ market: { ...market, title: 'Autre' }, caller, dryRun });
};
const keyless: Keyless[] = [
  {
    name: 'ADH-2: the acceptance of an application without annex 2',
    decide: (caller) => world.accept.execute({ membershipId: applicant, caller }),
    action: 'membership.accepted.refused',
    subject: ofApplicant,
    restsOn: () => `1A ${vertou.siren}`,
    why: { code: 'APPLICATION_INCOMPLETE', missing: [expect.stringContaining('nnexe 2')] },
  },
  {
    name: 'ADH-6: the activation of what is not accepted',
    decide: (caller) => world.activate.execute({ membershipId: applicant, caller }),
    action: 'membership.activated.refused',
    subject: ofApplicant,
    restsOn: () => null,
    why: { code: 'MEMBERSHIP_NOT_ACCEPTED', status: 'APPLIED' },
  },
  {
    name: 'COM-1: the verification by who typed annex 2',
    decide: (caller) =>
      world.verifyAnnexe2.execute({ membershipId: applicant, sha256: annexe2, caller }),
    action: 'annexe2.verified.refused',
    subject: ofApplicant,
    restsOn: () => annexe2,
    why: { code: 'VERIFIER_IS_IMPORTER' },
  },
  {
    name: 'MKT-6: other terms of a market in force',
    decide: (caller) => anotherMarket(caller, false),
    action: 'market.published.refused',
    subject: () => `market:${marketCode}`,
    restsOn: () => null,
    why: { code: 'MARKET_IN_FORCE', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  },
];

describe.each(keyless)('SUP-2, $name', ({ decide, action, subject, restsOn, why }) => {
  const entries = async () => {
    const { rows } = await world.database.query(
      `select subject, actor, business_date, rests_on, details from platform.audit_entry where action = $1`,
      [action],
    );
    return rows;
  };

  test('is refused, leaves nothing where it is a stranger’s, and one entry of who may decide', async () => {
    const stranger = callerWith('coordinator', { markets: ['autre'] });
    expect(await code(decide(stranger))).toBe('NOT_FOUND');
    expect(await entries()).toEqual([]);
    expect(await code(decide(coordinator))).toBe(why['code']);
    expect(await entries()).toEqual([
      {
        subject: subject(),
        actor: coordinator.userId,
        business_date: datedOn,
        rests_on: restsOn(),
        details: expect.objectContaining(why) as unknown,
      },
    ]);
  });
});

test('SUP-2, MKT-6: a dry run decides nothing, and leaves nothing', async () => {
  const before = await world.count('from platform.audit_entry');
  expect(await code(anotherMarket(coordinator, true))).toBe('MARKET_IN_FORCE');
  expect(await world.count('from platform.audit_entry')).toBe(before);
});
