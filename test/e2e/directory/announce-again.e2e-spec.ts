import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { startDirectory } from '../../../apps/directory/test/running-directory.test-support.js';
import * as directory from '../../../deploy/tools/directory.js';
import { allTopics, DirectoryService, topics } from '#libs/contracts';
import { StateDigests } from '#libs/messaging';
import { createRpcClient } from '#libs/rpc';
import { type FreshDatabase, freshDatabase, MessagingBed } from '#libs/testing';
import { ent } from '../../support/ent-command.js';
import { EntLogin } from '../../support/ent-login.js';
import { StandInIssuer } from '../billing/stand-in-issuer.js';
import { CopyOfStates, tablesOfOwner } from './copy-of-states.js';

/**
 * Goal: schools and people that were lost with Kafka are announced again by their owner, and every copy ends equal to it,
 * the one that had them as it was. Method: the command as it is, the directory over the wire, real topics that are deleted
 * and made anew; the handlers of two services that copy, on databases of their own, and of all four by
 * `npm run prove -- restore`.
 */
jest.setTimeout(120_000);

const importId = '7b0f5c1e-0000-4000-8000-000000000001';
const person = (n: number) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** Erased, which not every copy has heard. */
const erased = person(900);
const people = 90;
const copying = [
  'console',
  'provisioning',
  ...(process.env['PROVE'] ? ['membership', 'billing'] : []),
];
let root: string;
let issuer: StandInIssuer;
let fresh: FreshDatabase;
let kafka: MessagingBed;
let app: INestApplication;
const copies: CopyOfStates[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ent-announce-'));
  issuer = await StandInIssuer.start();
  fresh = await freshDatabase('directory');
  await fresh.database.query('select platform.begin_day($1)', ['2022-10-03']);
  await seed();
  kafka = await MessagingBed.start(allTopics);
  const running = await startDirectory({ fresh, kafka, issuerUrl: issuer.url, dropFolder: root });
  ({ app } = running);
  Object.assign(process.env, {
    ISSUER_URL: issuer.url,
    DIRECTORY_RPC: running.address,
  });
  new EntLogin(root).as('admin-of-all', issuer.url);
}, 90_000);
afterAll(async () => {
  for (const copy of copies) await copy.drop();
  await app?.close();
  await kafka?.stop();
  issuer?.stop();
  await fresh?.drop();
  for (const name of ['ISSUER_URL', 'ENT_LOGIN_FILE', 'DIRECTORY_RPC', 'KAFKA_NAMESPACE']) {
    delete process.env[name];
  }
  if (root) rmSync(root, { recursive: true, force: true });
}, 90_000);

test('what Kafka has lost comes again: an empty copy ends equal to its owner, one that had it unchanged', async () => {
  const had = await Promise.all(copying.map(aCopy));
  expect(await announce()).toMatchObject({ structures: 2, people, erased: 1 });
  for (const copy of had) await untilEqual(copy);
  for (const copy of had) await copy.stop();
  const [, provisioning] = had;
  if (!provisioning) throw new Error('three of them');
  const before = await provisioning.work();
  // What nobody has read when the topics are lost: a change, and an erasure.
  await fresh.database.query(
    `update person set last_name = 'Autre', revision = revision + 1 where person_id = $1`,
    [person(7)],
  );
  await had[0]?.hold(erased);
  await makeTopicsAnew();

  // Broken off after its first step, then begun again.
  await announceIn({ steps: 1 });
  expect(await announceIn({ steps: 9 })).toEqual({ structures: 2, people, erased: 1 });

  const empty = await Promise.all(copying.map(aCopy));
  for (const copy of had) await copy.listenAgain();
  for (const copy of [...had, ...empty]) await untilEqual(copy);
  expect(await had[0]?.lastNameOf(person(7))).toBe('Autre');
  expect(await had[0]?.lastNameOf(erased)).toBeUndefined();
  // Who had all of it has the one change to look at, and the erasure; no import has counted anything twice.
  const after = await provisioning.work();
  expect(before.marked).toHaveLength(people + 1);
  expect(after.marked).toEqual([person(7), erased]);
  expect(after.consumed).toBe(before.consumed + 1);
  const { rows } = await fresh.database.query(
    `select details, actor from platform.audit_entry where action = 'states.announced' order by id`,
  );
  const entry = (step: string) => ({
    ...{ details: { reason: 'KAFKA_PERDU', step }, actor: expect.stringMatching(/./) as unknown },
  });
  expect(rows).toEqual(['begun', 'ended', 'begun', 'begun', 'ended'].map(entry));
}, 120_000);

test('it waits for no import, and takes no free text as its reason', async () => {
  const worker = await fresh.database.pool.connect();
  await worker.query('select pg_advisory_lock(7301, 1)');
  const refused = await ent(directory, 'announce-again', 'KAFKA_PERDU');
  worker.release(true);
  expect(refused).toEqual([1, expect.stringContaining('(IMPORT_RUNS)')]);
  expect((await ent(directory, 'announce-again', 'Vu avec Mme Évrard'))[0]).toBe(1);
  expect((await ent(directory, 'announce-again'))[0]).toBe(2);
});

async function announce(): Promise<unknown> {
  const [status, told] = await ent(directory, 'announce-again', 'KAFKA_PERDU', '--json');
  if (status !== 0) throw new Error(told);
  return JSON.parse(told);
}

/** By steps of 30, as many as told or as there are. */
async function announceIn({ steps }: { steps: number }): Promise<object> {
  const rpc = createRpcClient(DirectoryService, { address: process.env['DIRECTORY_RPC'] ?? '' });
  const player = { token: await issuer.token('directory', ['player']) };
  const told = { structures: 0, people: 0, erased: 0 };
  let cursor = '';
  for (let n = 0; n < steps && (n === 0 || cursor !== ''); n += 1) {
    const step = await rpc.announceAgain({ reason: 'KAFKA_PERDU', cursor, limit: 30 }, player);
    told.structures += step.structures;
    told.people += step.people;
    told.erased += step.erased;
    cursor = step.nextCursor;
  }
  rpc.close();
  return told;
}

async function aCopy(service: string): Promise<CopyOfStates> {
  const copy = await CopyOfStates.start(service, kafka);
  copies.push(copy);
  return copy;
}

async function untilEqual(copy: CopyOfStates): Promise<void> {
  const owner = new Map(
    (await new StateDigests(fresh.database, tablesOfOwner).read()).map((each) => [
      each.topic,
      each,
    ]),
  );
  await kafka.until(`the copy of ${copy.service} is equal to its owner`, async () => {
    const digests = await copy.digests();
    return digests.every(({ topic, digest }) => owner.get(topic)?.digest === digest);
  });
}

async function makeTopicsAnew(): Promise<void> {
  const lost = [topics.person, topics.structure];
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: lost.map(({ name }) => kafka.namespace + name) });
  await kafka.until('the topics are gone', async () => {
    const there = await admin.listTopics();
    return lost.every(({ name }) => !there.includes(kafka.namespace + name));
  });
  await admin.disconnect();
  await kafka.createTopics(lost);
}

/** Two schools, pupils with a place in one of them, and the journal of one erasure. */
async function seed(): Promise<void> {
  await fresh.database.query(
    `insert into structure select uai, uai, 'École inventée', '44109', 'Nantes', '44000', true, '[]', $2, 1, $2
       from unnest($1::text[]) as uai`,
    [['0440437L', '0440290B'], importId],
  );
  await fresh.database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, birth_date, revision, import_id)
     select id::uuid, 'aaf', id, 'Inventé', 'Élève', '2014-05-06', 1 + n % 3, $2
       from unnest($1::text[]) with ordinality as each (id, n)`,
    [Array.from({ length: people }, (_, n) => person(n)), importId],
  );
  await fresh.database.query(
    `insert into enrolment (person_id, profile, uai, starts_on)
     select person_id, 'STUDENT', '0440437L', '2022-09-01' from person`,
  );
  await fresh.database.query(
    `insert into platform.audit_entry (actor, action, subject, details)
     values ('directory', 'leavers.erased', 'day 2022-10-02', jsonb_build_object('personIds', jsonb_build_array($1::text)))`,
    [erased],
  );
}
