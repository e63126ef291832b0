import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplication } from '@nestjs/common';
import { exportJWK, generateKeyPair } from 'jose';
import { allTopics, DirectoryService, StaffService } from '#libs/contracts';
import { type Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import { accessToken, type FreshDatabase, freshDatabase, MessagingBed } from '#libs/testing';
import { settingsSchema } from '../src/config.js';
import { DirectoryModule } from '../src/directory.module.js';
import { PersonData } from '../src/person-exports/person-data.pg.js';
import { rawCodes } from '../../../test/support/raw-codes.js';
import { nobodyElse } from './nobody-else.test-support.js';

// The whole service on real Kafka and PostgreSQL: slow where the machine is busy.
jest.setTimeout(90_000);

const uai = '0440437L';
const leftUai = '0440290B';
const personId = randomUUID();
/** A guardian of that pupil and of one in another school. */
const guardianId = randomUUID();
const siblingId = randomUUID();
const { privateKey, publicKey } = await generateKeyPair('ES256');
let issuer: HttpServer;
let issuerUrl: string;
let fresh: FreshDatabase;
let kafka: MessagingBed;
let app: INestApplication;
let dropFolder: string;
let directory: RpcClient<typeof DirectoryService>;
let staff: RpcClient<typeof StaffService>;

const as = async (role: Role, claims: Record<string, unknown> = {}, subject = 'user-1') => ({
  token: await accessToken(privateKey, {
    ...{ issuer: issuerUrl, service: 'directory', subject },
    claims: { roles: [role], markets: [role === 'admin' ? '*' : 'e-primo-2022'], ...claims },
  }),
  deadlineMs: 20_000,
});

beforeAll(async () => {
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256' };
  issuer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  dropFolder = mkdtempSync(join(tmpdir(), 'depot-'));
  fresh = await freshDatabase('directory');
  await fresh.database.query('update platform.business_day set day = $1', ['2022-10-19']);
  kafka = await MessagingBed.start(allTopics);
  process.env['KAFKA_NAMESPACE'] = kafka.namespace;
  const settings = settingsSchema.parse({
    DATABASE_URL: fresh.url,
    ANCHOR_FOLDER: fresh.anchorFolder,
    KAFKA_BROKERS: kafka.brokers.join(),
    GRPC_PORT: await freePort(),
    HTTP_PORT: await freePort(),
    ISSUER_URL: issuerUrl,
    CLIENT_SECRET: 'not-a-secret',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: 0,
    AAF_DROP_FOLDER: dropFolder,
    INE_HASH_KEY: 'key-of-the-tests-only',
    ...nobodyElse,
  });
  app = await bootstrapService({
    name: 'directory',
    module: DirectoryModule.with(settings),
    settings,
  });
  const address = `127.0.0.1:${settings.GRPC_PORT}`;
  directory = createRpcClient(DirectoryService, { address });
  staff = createRpcClient(StaffService, { address });
  await seed();
}, 90_000);

afterAll(async () => {
  directory?.close();
  staff?.close();
  await app?.close();
  await kafka?.stop();
  issuer?.close();
  await fresh?.drop();
  if (dropFolder) rmSync(dropFolder, { recursive: true });
  delete process.env['KAFKA_NAMESPACE'];
}, 90_000);

type Door = {
  readonly request: object;
  readonly rightful: Role;
  /** What the rightful caller gets: the door is open, even where nothing is behind it. */
  readonly answer:
    | 'SEEN'
    | 'FOLDER_UNKNOWN'
    | 'IMPORT_UNKNOWN'
    | 'NOT_ERASED'
    | 'UPLOAD_UNKNOWN'
    | 'NOT_FOUND'
    | 'DOUBLE_UNKNOWN'
    | 'MERGE_UNKNOWN';
  /** What a coordinator gets, where it is not the same answer. */
  readonly coordinator?: 'NOT_ALLOWED';
  /** What a head gets who has nothing to do with it. */
  readonly otherSchool:
    | 'NOT_ALLOWED'
    | 'NOT_FOUND'
    | 'PERSON_UNKNOWN'
    | 'SCHOOL_UNKNOWN'
    | 'IMPORT_UNKNOWN'
    | 'UPLOAD_UNKNOWN'
    | 'NO_SOURCE'
    | 'NO_IMPORT'
    | 'NOTHING'
    | 'DOUBLE_UNKNOWN'
    | 'MERGE_UNKNOWN'
    | 'EMPTY';
};

const importId = randomUUID();
/** Two pupils of two schools who may be one. */
const pairId = randomUUID();
const academySource = {
  sourceCode: 'aaf1d-nantes',
  kind: 'AAF_1D',
  title: 'AAF de l’académie de Nantes',
  academyCode: '17',
  priority: 10,
};
// A new door needs its line here.
const doors: Record<keyof typeof DirectoryService.method, Door> = {
  startImport: {
    request: { folder: 'absent', source: 'aaf1d-nantes' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'FOLDER_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  declareSource: {
    request: academySource,
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listSources: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'NO_SOURCE' },
  getImport: {
    request: { importId },
    rightful: 'admin',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listImports: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'NO_IMPORT' },
  beginUpload: {
    request: { source: 'aaf1d-nantes' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_FOUND',
  },
  sendUpload: {
    request: { uploadId: importId, fileName: 'a.zip', content: new Uint8Array(1) },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  completeUpload: {
    request: { uploadId: importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  cancelUpload: {
    request: { uploadId: importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  listDropArea: {
    request: {},
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listRemarkLines: {
    request: { importId },
    rightful: 'player',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  readRemarksFile: {
    request: { importId },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  approveImport: {
    request: { importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  rejectImport: {
    request: { importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  retryImport: {
    request: { importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  listPlanSchools: {
    request: { planId: importId },
    rightful: 'admin',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listPlanChanges: {
    request: { planId: importId },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  approvePlan: {
    request: { planId: importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  rejectPlan: {
    request: { planId: importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listDoubles: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'EMPTY' },
  getDouble: {
    request: { pairId },
    rightful: 'player',
    answer: 'SEEN',
    otherSchool: 'DOUBLE_UNKNOWN',
  },
  decideDouble: {
    request: { pairId: importId, answer: 'SAME' },
    rightful: 'admin',
    answer: 'DOUBLE_UNKNOWN',
    otherSchool: 'DOUBLE_UNKNOWN',
  },
  listMerges: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'EMPTY' },
  undoMerge: {
    request: { mergeId: importId },
    rightful: 'admin',
    answer: 'MERGE_UNKNOWN',
    otherSchool: 'MERGE_UNKNOWN',
  },
  announceAgain: {
    request: { reason: 'KAFKA_PERDU', cursor: '' },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listErasures: {
    request: {},
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  proveErasure: {
    request: { personId },
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'NOT_ERASED',
    otherSchool: 'NOT_ALLOWED',
  },
  exportPerson: {
    request: { personId: randomUUID(), reason: 'DEMANDE_PERSONNE' },
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'NOT_FOUND',
    otherSchool: 'NOT_ALLOWED',
  },
  getPerson: {
    request: { personId },
    // No service of ours asks for people: the contract names none.
    rightful: 'player',
    answer: 'SEEN',
    otherSchool: 'PERSON_UNKNOWN',
  },
  listSchools: { request: {}, rightful: 'coordinator', answer: 'SEEN', otherSchool: 'NOTHING' },
  getSchool: {
    request: { uai },
    rightful: 'coordinator',
    answer: 'SEEN',
    otherSchool: 'SCHOOL_UNKNOWN',
  },
  countPeople: { request: {}, rightful: 'coordinator', answer: 'SEEN', otherSchool: 'NOT_ALLOWED' },
};

const isAboutImports = (rpc: string) =>
  /(Imports?|Sources?|Plan|Plan(Schools|Changes)|Remark(Lines|sFile)|Upload|DropArea)$/.test(rpc);

const isAboutDoubles = (rpc: string) => /(Doubles?|Merges?)$/.test(rpc);

describe.each(DirectoryService.methods.map(({ localName }) => localName as keyof typeof doors))(
  '%s',
  (rpc) => {
    const { request, rightful, answer, otherSchool } = doors[rpc];
    const call = directoryCall(rpc, request);

    it('says nothing without a token', async () => {
      await expect(call({})).rejects.toMatchObject({ code: 16 });
    });

    // DIR-5: level 2 of support delivers what the academy deposits, and approves it.
    const level2: Role[] = isAboutImports(rpc) || isAboutDoubles(rpc) ? [] : ['support-2'];
    it.each<Role>([
      'member-reader',
      'member-orderer',
      'member-finance',
      'supplier',
      'support-1',
      ...level2,
      'support-3',
      ...(rightful === 'dpo' ? [] : (['dpo'] as const)),
    ])('SUP-1, SUP-3: is shut to %s', async (role) => {
      const asked = call(await as(role, { organisationId: 'org-1', uai: [uai] }));
      await expect(asked).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    });

    if (isAboutImports(rpc)) {
      it('DIR-5: shows a coordinator counts, and lets it decide nothing', async () => {
        const asked = call(await as('coordinator'));
        const refusal = doors[rpc].coordinator ?? answer;
        if (refusal === 'SEEN') expect(await asked).toBeDefined();
        else await expect(asked).rejects.toMatchObject({ code: refusal });
      });

      it('SUP-1: an export is of every market’s schools: shut to who administers one', async () => {
        const asked = call(await as('admin', { markets: ['e-primo-2022'] }));
        await expect(asked).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      });

      it('DIR-5: answers level 2 of support', async () => {
        const asked = call(await as('support-2'));
        if (answer === 'SEEN') expect(await asked).toBeDefined();
        else await expect(asked).rejects.toMatchObject({ code: answer });
      });
    }

    it('SUP-3: shows another school, also the one that the person left, nothing', async () => {
      const asked = call(await as('school', { uai: [leftUai] }));
      // The school asked for is another one; of all schools, this head sees its own.
      if (otherSchool === 'NO_SOURCE') expect(await asked).toMatchObject({ sources: [] });
      else if (otherSchool === 'NO_IMPORT') expect(await asked).toMatchObject({ imports: [] });
      else if (otherSchool === 'EMPTY') expect(Object.values(await asked)).toContainEqual([]);
      else if (otherSchool !== 'NOTHING')
        await expect(asked).rejects.toMatchObject({ code: otherSchool });
      else expect(await asked).toMatchObject({ schools: [{ uai: leftUai }] });
    });

    it(`answers ${rightful}`, async () => {
      const asked = call(await as(rightful));
      if (answer === 'SEEN') expect(await asked).toBeDefined();
      else await expect(asked).rejects.toMatchObject({ code: answer });
    });
  },
);

it('DIR-2: of two who may be one, level 2 sees both sides across schools, and neither head the other’s', async () => {
  const { doubles } = await directory.listDoubles({}, await as('support-2'));
  expect(doubles).toMatchObject([{ pairId, known: { personId, lastName: '', birthDate: '' } }]);
  const named = async (asked: string) =>
    (await directory.listDoubles({ pairId: asked }, await as('support-2'))).doubles;
  expect([await named(pairId), await named(randomUUID())]).toMatchObject([[{ pairId }], []]);
  const { double } = await directory.getDouble({ pairId }, await as('support-2'));
  expect(double).toMatchObject({ known: { lastName: 'Montcourt', firstName: 'Zoé' } });
  const own = await as('school', { uai: [uai] });
  expect((await directory.listDoubles({}, own)).doubles).toEqual([]);
  const decided = directory.decideDouble({ pairId, answer: 'SAME' }, own);
  await expect(decided).rejects.toMatchObject({ code: 'DOUBLE_UNKNOWN' });
  // Who heads both schools decides.
  const both = await as('school', { uai: [uai, leftUai] });
  expect((await directory.listDoubles({}, both)).doubles).toMatchObject([{ pairId }]);
});

it('SUP-3: a school sees its present pupil, with the place in it only', async () => {
  const own = await as('school', { uai: [uai] });
  const { person } = await directory.getPerson({ personId }, own);
  expect(person).toMatchObject({ personId, enrolments: [{ uai }], masked: ['enrolments'] });
});

it('SUP-3: a school sees of a guardian its own pupil, not a child in another school', async () => {
  const seenFrom = async (school: string) =>
    (await directory.getPerson({ personId: guardianId }, await as('school', { uai: [school] })))
      .person;
  expect(await seenFrom(uai)).toMatchObject({
    childIds: [personId],
    enrolments: [{ uai }],
    masked: ['enrolments', 'childIds'],
  });
  // The pupil has left that school: its sibling alone is there.
  expect(await seenFrom(leftUai)).toMatchObject({
    childIds: [siblingId],
    enrolments: [{ uai: leftUai }],
    masked: ['enrolments', 'childIds'],
  });
  const { person } = await directory.getPerson({ personId: guardianId }, await as('player'));
  expect(person?.childIds).toHaveLength(2);
});

it('RGPD 15: a pupil’s data are given by the officer alone, for a reason of a list, and journalled before anybody is asked', async () => {
  const asked = { personId, reason: 'DEMANDE_PERSONNE SUP-7' };
  const entries = async () =>
    (
      await fresh.database.query<{ subject: string }>(
        `select subject from platform.audit_entry where action = 'person.exported'`,
      )
    ).rows;
  await expect(directory.exportPerson(asked, await as('admin'))).rejects.toMatchObject({
    code: 'PUPIL_BY_OFFICER_ONLY',
  });
  const named = directory.exportPerson({ ...asked, reason: 'Mme Évrard' }, await as('dpo'));
  await expect(named).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(await entries()).toEqual([]);
  // Nobody else runs here: what is held elsewhere is not left out in silence.
  await expect(directory.exportPerson(asked, await as('dpo'))).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
  await expect(
    directory.exportPerson({ ...asked, personId: guardianId }, await as('admin')),
  ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(await entries()).toEqual([{ subject: personId }, { subject: guardianId }]);
});

it('RGPD 15: of each attribute its source, of others only how many there are', async () => {
  const held = new PersonData(fresh.database);
  const guardian = await held.of(guardianId);
  expect(guardian!.isPupil).toBe(false);
  const of = (title: string) => guardian!.tables.find((table) => table.title === title)!.rows;
  expect(of('Identité').map(([attribute, , source]) => [attribute, source])).toEqual([
    ...['Nom', 'Prénom', 'Date de naissance'].map((attribute) => [attribute, academySource.title]),
    [expect.stringContaining('INE'), academySource.title],
  ]);
  expect(of('Liens de famille')).toEqual([['Responsable de', '2 élève(s)']]);
  const said = JSON.stringify(guardian);
  expect([personId, siblingId].filter((other) => said.includes(other))).toEqual([]);
  const pupil = await held.of(personId);
  expect([pupil!.isPupil, JSON.stringify(pupil).includes(guardianId)]).toEqual([true, false]);
  await fresh.database.query(
    `insert into enrolment (person_id, profile, uai, starts_on) values ($1, 'FURTHER_STUDENT', $2, '2022-09-01')`,
    [siblingId, uai],
  );
  const sibling = await held.of(siblingId);
  const profiles = sibling!.tables
    .find(({ title }) => title === 'Écoles')!
    .rows.map(([one]) => one);
  expect(profiles).toEqual(['Élève (autre école)', 'Élève']);
  const tables = [guardian, pupil, sibling].flatMap((each) => each!.tables);
  expect(rawCodes(tables)).toEqual([]);
});

it('SUP-3: the staff of schools is told to the LDAP process by name, and to nobody else', async () => {
  const asked = (token: object) =>
    Promise.all([
      staff.listStaff({ uais: [uai], pageSize: 500 }, token),
      staff.nameSchools({ uais: [uai] }, token),
    ]);
  const process = { markets: ['*'] };
  const [{ staff: found }, { schools }] = await asked(await as('service', process, 'ldap'));
  expect([found, schools.map((school) => school.uai)]).toEqual([[], [uai]]);
  for (const token of [
    await as('service', process, 'billing'),
    await as('player', process, 'player'),
    await as('coordinator'),
    await as('school', { uai: [uai] }),
  ]) {
    await expect(asked(token)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  }
});

it('SUP-4: takes no free text as the reason of an approval', async () => {
  const asked = directory.approveImport(
    { importId, reason: 'Vu avec Mme Évrard' },
    await as('support-2'),
  );
  await expect(asked).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

function directoryCall(rpc: keyof typeof doors, request: object) {
  return (options: object): Promise<object> => {
    const call = directory[rpc] as (request: object, options: object) => Promise<object>;
    return call(request, options);
  };
}

/** One pupil in a school, after another one. */
async function seed(): Promise<void> {
  await directory.declareSource(academySource, await as('support-2'));
  await fresh.database.query(
    `insert into structure select uai, uai, 'Jules Verne', '44109', 'Nantes', '44000', true, '[]', $2, 1, $2
     from unnest($1::text[]) as uai`,
    [[uai, leftUai], randomUUID()],
  );
  await fresh.database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, revision)
     values ($1, 'aaf1d-nantes', '1', 'Montcourt', 'Zoé', 1)`,
    [personId],
  );
  await fresh.database.query(
    `insert into enrolment (person_id, profile, uai, starts_on, ends_on)
     values ($1, 'STUDENT', $2, '2021-09-01', '2022-09-01'), ($1, 'STUDENT', $3, '2022-09-01', null)`,
    [personId, leftUai, uai],
  );
  await fresh.database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, revision)
     values ($1, 'aaf1d-nantes', '2', 'Montcourt', 'Luc', 1), ($2, 'aaf1d-nantes', '3', 'Montcourt', 'Ana', 1)`,
    [guardianId, siblingId],
  );
  await fresh.database.query(
    `insert into enrolment (person_id, profile, uai, starts_on)
     values ($1, 'RELATIVE', $3, '2022-09-01'), ($1, 'RELATIVE', $4, '2022-09-01'), ($2, 'STUDENT', $4, '2022-09-01')`,
    [guardianId, siblingId, uai, leftUai],
  );
  await fresh.database.query(
    `insert into guardian_link (guardian_id, child_id, relation) values ($1, $2, '1'), ($1, $3, '1')`,
    [guardianId, personId, siblingId],
  );
  await fresh.database.query(
    `insert into doubtful_pair (pair_id, newcomer_id, known_id, score, reasons, found_on)
     values ($1, $2, $3, 75, '{LAST_NAME_EQUAL}', '2022-10-01')`,
    [pairId, siblingId, personId],
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
