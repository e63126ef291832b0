import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { allTopics, DirectoryService, StaffService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import {
  accessToken,
  type FreshDatabase,
  freshDatabase,
  MessagingBed,
  wholeOrNothing,
} from '#libs/testing';
import { startDirectory } from './running-directory.test-support.js';

/** Two schools: the pupil is in the first one, after the other. */
export const uai = '0440437L';
export const leftUai = '0440290B';
export const personId = randomUUID();
/** A guardian of that pupil and of one in another school. */
export const guardianId = randomUUID();
export const siblingId = randomUUID();
/** Two pupils of two schools who may be one. */
export const pairId = randomUUID();
export const academySource = {
  sourceCode: 'aaf1d-nantes',
  kind: 'AAF_1D',
  title: 'AAF de l’académie de Nantes',
  academyCode: '17',
  priority: 10,
};

/** The whole service on real Kafka and PostgreSQL, knocked at over gRPC by whoever a token says; nobody else runs. */
export type RightsBed = {
  readonly directory: RpcClient<typeof DirectoryService>;
  readonly staff: RpcClient<typeof StaffService>;
  readonly fresh: FreshDatabase;
  /** Where the academy lays its files. */
  readonly dropFolder: string;
  /** What a call of somebody with that role, or none, is made with: in the first market, unless `claims` say another. */
  as(
    role: Role | undefined,
    claims?: Readonly<Record<string, unknown>>,
    subject?: string,
  ): Promise<{ token: string; deadlineMs: number }>;
  stop(): Promise<void>;
};

export const startRightsBed = (): Promise<RightsBed> =>
  wholeOrNothing(async (begun) => {
    const ends: (() => unknown)[] = [];
    const toEnd = (end: () => unknown) => {
      begun(end);
      ends.push(end);
    };
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const issuer = await issuerOf({ ...(await exportJWK(publicKey)), alg: 'ES256' });
    toEnd(() => issuer.close());
    const issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const dropFolder = mkdtempSync(join(tmpdir(), 'depot-'));
    toEnd(() => rmSync(dropFolder, { recursive: true }));
    const fresh = await freshDatabase('directory');
    toEnd(() => fresh.drop());
    await fresh.database.query('select platform.begin_day($1)', ['2022-10-19']);
    const kafka = await MessagingBed.start(allTopics);
    toEnd(() => kafka.stop());
    toEnd(() => delete process.env['KAFKA_NAMESPACE']);
    const { app, address } = await startDirectory({ fresh, kafka, issuerUrl, dropFolder });
    toEnd(() => app.close());
    const directory = createRpcClient(DirectoryService, { address });
    const staff = createRpcClient(StaffService, { address });
    toEnd(() => [directory.close(), staff.close()]);
    const as: RightsBed['as'] = async (role, claims = {}, subject = 'user-1') => ({
      token: await accessToken(privateKey, {
        ...{ issuer: issuerUrl, service: 'directory', subject },
        claims: {
          roles: role ? [role] : [],
          markets: [role === 'admin' ? '*' : 'e-primo-2022'],
          ...claims,
        },
      }),
      deadlineMs: 20_000,
    });
    await directory.declareSource(academySource, await as('support-2'));
    await seed(fresh);
    const stop = async () => {
      for (const end of ends.toReversed()) await end();
    };
    return { directory, staff, fresh, dropFolder, as, stop };
  });

async function issuerOf(jwk: object): Promise<HttpServer> {
  const issuer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  return issuer;
}

/** One pupil in a school, after another one. */
async function seed({ database, asOwner }: FreshDatabase): Promise<void> {
  await database.query(
    `insert into structure select uai, uai, 'Jules Verne', '44109', 'Nantes', '44000', true, '[]', $2, 1, $2
     from unnest($1::text[]) as uai`,
    [[uai, leftUai], randomUUID()],
  );
  await database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, revision)
     values ($1, 'aaf1d-nantes', '1', 'Montcourt', 'Zoé', 1)`,
    [personId],
  );
  await database.query(
    `insert into enrolment (person_id, profile, uai, starts_on, ends_on)
     values ($1, 'STUDENT', $2, '2021-09-01', '2022-09-01'), ($1, 'STUDENT', $3, '2022-09-01', null)`,
    [personId, leftUai, uai],
  );
  await database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, revision)
     values ($1, 'aaf1d-nantes', '2', 'Montcourt', 'Luc', 1), ($2, 'aaf1d-nantes', '3', 'Montcourt', 'Ana', 1)`,
    [guardianId, siblingId],
  );
  await database.query(
    `insert into enrolment (person_id, profile, uai, starts_on)
     values ($1, 'RELATIVE', $3, '2022-09-01'), ($1, 'RELATIVE', $4, '2022-09-01'), ($2, 'STUDENT', $4, '2022-09-01')`,
    [guardianId, siblingId, uai, leftUai],
  );
  // No source states them: past the rules.
  await asOwner(
    `set session_replication_role = 'replica'; insert into guardian_link (guardian_id, child_id, relation)
     values ('${guardianId}', '${personId}', '1'), ('${guardianId}', '${siblingId}', '1')`,
  );
  await database.query(
    `insert into doubtful_pair (pair_id, newcomer_id, known_id, score, reasons, found_on)
     values ($1, $2, $3, 75, '{LAST_NAME_EQUAL}', '2022-10-01')`,
    [pairId, siblingId, personId],
  );
}
