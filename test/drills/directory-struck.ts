import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromBinary } from '@bufbuild/protobuf';
import pg from 'pg';
import {
  DirectoryService,
  ImportCompletedSchema,
  type PersonChanged,
  PersonChangedSchema,
} from '#libs/contracts';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { patience } from '#libs/testing';
import { statedLines, storedLines } from '../../apps/directory/test/stored-lines.test-support.js';
import { layDown } from '../../deploy/local/demo/lay-down.js';
import { DemoTokens } from '../../deploy/local/demo/tokens.js';
import type { Stack } from '../../deploy/local/stack.mjs';

const patienceMs = 60_000 * patience;

/** Where the work of the directory's process stands still, as it is seen from another connection. */
export type Place = {
  /** SQL: holds before anything is held; without it, it is held before the work begins. */
  readonly after?: string;
  /** SQL: what another connection holds, so that the process cannot go past the place. */
  readonly held: string;
  /** Pattern of the statement that waits for it, in the first kilobyte, which is what PostgreSQL shows of it. */
  readonly statement: string;
};

/** What a directory holds, what its sources state, what it mended, and what it has told since it was asked last: no id of ours. */
export type DirectoryState = {
  readonly stored: readonly string[];
  readonly stated: readonly string[];
  readonly mended: readonly string[];
  readonly told: readonly string[];
};

/** Every event that enters the outbox is kept once more, with its transaction: what was told, and how often. */
const witness = `
  create schema drill;
  create table drill.told (type text, value bytea);
  create function drill.keep_told() returns trigger language plpgsql security definer as $$
  begin
    insert into drill.told select type, value from added;
    return null;
  end $$;
  create trigger told after insert on platform.outbox referencing new table as added
    for each statement execute function drill.keep_told();`;

/** The directory's process of a stack, struck with SIGKILL where its work is seen to stand. */
export class DirectoryStruck {
  private readonly rpc: RpcClient<typeof DirectoryService>;
  private readonly dropFolder: string;

  private constructor(
    private readonly stack: Stack,
    /** Looks. */
    private readonly eye: pg.Client,
    /** Holds. */
    private readonly hand: pg.Client,
  ) {
    const {
      ISSUER_URL = '',
      CLIENT_SECRET = '',
      DIRECTORY_RPC = '',
      AAF_DROP_FOLDER = '',
    } = stack.env;
    const tokens = new DemoTokens(ISSUER_URL, CLIENT_SECRET);
    this.dropFolder = AAF_DROP_FOLDER;
    this.rpc = createRpcClient(DirectoryService, {
      address: DIRECTORY_RPC,
      token: () => tokens.token('directory'),
    });
  }

  static async of(stack: Stack): Promise<DirectoryStruck> {
    const address = new URL(stack.backing.postgresUrl);
    address.pathname = new URL(stack.backing.databaseUrls['directory'] ?? '').pathname;
    const clients = [1, 2].map(() => new pg.Client({ connectionString: address.href }));
    const [eye, hand] = clients as [pg.Client, pg.Client];
    await Promise.all([eye.connect(), hand.connect()]);
    await eye.query(witness);
    return new DirectoryStruck(stack, eye, hand);
  }

  async end(): Promise<void> {
    this.rpc.close();
    await Promise.all([this.eye.end(), this.hand.end()]);
  }

  async onDay(day: string): Promise<void> {
    await this.eye.query('update platform.business_day set day = $1', [day]);
  }

  async declare(sourceCode: string): Promise<void> {
    await this.rpc.declareSource({
      ...{ sourceCode, kind: 'AAF_1D', title: sourceCode, academyCode: '17', priority: 10 },
      ...{ enabled: true, deliversDeltas: true, everyDays: 0 },
    });
  }

  lay(folder: string, write: (draft: string) => unknown): Promise<void> {
    return layDown(this.dropFolder, folder, async (draft) => {
      mkdirSync(draft);
      await write(draft);
    });
  }

  async start(folder: string, source: string): Promise<void> {
    await this.rpc.startImport({ folder, source });
  }

  async approve(folder: string): Promise<void> {
    const { rows } = await this.eye.query<{ id: string }>(
      'select import_id as id from directory_import where folder = $1',
      [folder],
    );
    const importId = rows[0]?.id ?? '';
    await this.rpc.approveImport({ importId, reason: 'FERMETURE_ECOLE' });
  }

  /** Writes past any import, as the service's own role. */
  async forge(sql: string): Promise<number> {
    const forger = new pg.Client({
      connectionString: this.stack.backing.databaseUrls['directory'],
    });
    await forger.connect();
    try {
      return (await forger.query(sql)).rowCount ?? 0;
    } finally {
      await forger.end();
    }
  }

  /**
   * The state in which it has ended or waits for a person, its files gone and, where nothing is to come of it, its delivery
   * too, and everybody compared.
   */
  async ended(folder: string): Promise<string> {
    let now: { state: string; settled: boolean; compared: boolean } | undefined;
    const isLaid = () => existsSync(join(this.dropFolder, folder));
    await this.until(
      () => `the import of ${folder} ends: ${JSON.stringify({ ...now, isLaid: isLaid() })}`,
      async () => {
        const { rows } = await this.eye.query<NonNullable<typeof now>>(
          `select state, content_digest is null as settled,
             not exists (select from declared_source where compared_to is not null) as compared
           from directory_import where folder = $1`,
          [folder],
        );
        now = rows[0];
        if (now?.state === 'FAILED') return true;
        if (now?.state === 'HELD') return !isLaid();
        return (
          /COMPLETED|REFUSED/.test(now?.state ?? '') && now!.settled && now!.compared && !isLaid()
        );
      },
    );
    return now!.state;
  }

  /** Begins a work, kills the process where the work stands at a place, and waits for the next one to be ready. */
  async strike({ after, held, statement }: Place, begin: () => Promise<unknown>): Promise<void> {
    const hold = async () => {
      await this.hand.query('begin');
      await this.hand.query(held);
    };
    if (after === undefined) await hold();
    await begin();
    if (after !== undefined) {
      await this.until(`it has come past: ${after}`, () => this.isSeen(after));
      await hold();
    }
    await this.until(`it stands at: ${statement}`, () =>
      this.isSeen(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~* $1`,
        [statement],
      ),
    );
    await this.kill();
    await this.hand.query('rollback');
    await this.stack.waitReady('directory', patienceMs);
  }

  async state(): Promise<DirectoryState> {
    const { rows: sources } = await this.eye.query<{ code: string }>(
      'select source_code as code from declared_source order by 1',
    );
    const stated: string[] = [];
    for (const { code } of sources)
      stated.push(...(await statedLines(this.eye, code)).map((line) => `${code} ${line}`));
    const { rows: mended } = await this.eye.query<{ line: string }>(
      `select concat_ws('|', action, subject, details ->> 'count') as line from platform.audit_entry
       where action like '%.mended' order by 1`,
    );
    return {
      ...{ stored: await storedLines(this.eye), stated },
      ...{ mended: mended.map(({ line }) => line), told: await this.told() },
    };
  }

  /** One line an event, by the import and the part of it that told it. */
  private async told(): Promise<string[]> {
    const { rows: parts } = await this.eye.query<{ id: string; name: string }>(
      `select part_id as id, concat(folder, ' part ', q.number) as name
       from plan_part q join plan using (plan_id) join directory_import using (import_id)`,
    );
    const nameOf = new Map(parts.map(({ id, name }) => [id, name]));
    const { rows } = await this.eye.query<{ type: string; value: Buffer }>(
      'with gone as (delete from drill.told returning type, value) select type, value from gone',
    );
    return rows
      .flatMap(({ type, value }) => {
        if (type.endsWith('.PersonChanged')) {
          const person = fromBinary(PersonChangedSchema, value);
          return `${nameOf.get(person.importId)}: ${linesOfPerson(person)}`;
        }
        if (!type.endsWith('.ImportCompleted')) return [];
        const { importId, personEvents, structureEvents, datedOn, uais } = fromBinary(
          ImportCompletedSchema,
          value,
        );
        const figures = [personEvents, structureEvents, datedOn, ...uais].join(' ');
        return `${nameOf.get(importId)} completed: ${figures}`;
      })
      .sort();
  }

  /** Resolves once the process is another one, or about to be. */
  private async kill(): Promise<void> {
    const restarts = this.stack.restartsOf('directory');
    this.stack.kill('directory');
    await this.until('it is gone', () => this.stack.restartsOf('directory') > restarts);
  }

  private async isSeen(select: string, values: unknown[] = []): Promise<boolean> {
    return ((await this.eye.query(select, values)).rowCount ?? 0) > 0;
  }

  private async until(
    what: string | (() => string),
    holds: () => boolean | Promise<boolean>,
  ): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await holds())) {
      if (Date.now() > deadline) {
        throw new Error(`waited in vain until ${typeof what === 'string' ? what : what()}`);
      }
      await sleep(2);
    }
  }
}

function linesOfPerson(person: PersonChanged): string {
  const places = person.enrolments.map(
    ({ uai, profile, period, classId }) =>
      `${uai} ${profile} ${period?.startsOn}-${period?.endsOn} ${classId}`,
  );
  const { sourceKey, lastName, firstName, birthDate, revision, childIds, guardianIds } = person;
  return [
    ...[sourceKey, lastName, firstName, birthDate, revision, childIds.length, guardianIds.length],
    ...places.sort(),
  ].join('|');
}
