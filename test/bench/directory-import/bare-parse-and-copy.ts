import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { textOf } from '../../../apps/directory/src/sources/aaf/aaf-text.js';
import { BoundedXml } from '../../../apps/directory/src/sources/aaf/bounded-xml.js';

/** What a measure has cost: on a busy machine the seconds say little, the work behind them does. */
export type Cost = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
};

/** The same bytes through the same parser, and nothing done with what it says. */
export async function parseAlone(folder: string): Promise<void> {
  let values = 0;
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xml')).sort();
  for (const name of names) {
    const nothing = () => undefined;
    const count = () => void (values += 1);
    const xml = new BoundedXml({ open: count, close: nothing, text: nothing, cut: nothing });
    const open = () => Promise.resolve(createReadStream(join(folder, name)));
    for await (const text of textOf(open, 'utf-8')) xml.write(text);
    xml.close();
  }
  if (values === 0) throw new Error('nothing parsed');
}

/**
 * Every row that an import has left behind (people, places, links, what was stated, the plan, the outbox) as text, and
 * back by COPY into tables of the same columns: without any index, key or trigger, or with the keys and indexes that they
 * have, which no import can do without. The delivery is not of them: it goes.
 */
export class RowsLeftBehind {
  private constructor(
    private readonly client: pg.Client,
    /** The server's process that copies. */
    readonly serverPid: number,
    private readonly folder: string,
    readonly rowsByTable: Readonly<Record<string, number>>,
  ) {}

  static async take(ownerUrl: string): Promise<RowsLeftBehind> {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    await client.query(
      'drop schema if exists bare, indexed cascade; create schema bare; create schema indexed',
    );
    const folder = await mkdtemp(join(tmpdir(), 'bench-rows-'));
    const { rows } = await client.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_tables
       where schemaname in ('public', 'platform') and tablename !~ '^delivered_' order by 1, 2`,
    );
    const rowsByTable: Record<string, number> = {};
    for (const { schema, name } of rows) {
      const out = client.query(copyTo(`copy ${schema}.${name} to stdout`));
      await pipeline(out, createWriteStream(join(folder, name)));
      if (out.rowCount === 0) continue;
      rowsByTable[name] = out.rowCount;
      await client.query(`create table bare.${name} (like ${schema}.${name})`);
      await client.query(`create table indexed.${name} (like ${schema}.${name} including indexes)`);
    }
    const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return new RowsLeftBehind(client, own[0]!.pid, folder, rowsByTable);
  }

  async copy(into: 'bare' | 'indexed' = 'bare'): Promise<void> {
    await this.client.query('begin');
    for (const [name, rows] of Object.entries(this.rowsByTable)) {
      const stream = this.client.query(copyFrom(`copy ${into}.${name} from stdin`));
      await pipeline(createReadStream(join(this.folder, name)), stream);
      if (stream.rowCount !== rows) throw new Error(`${stream.rowCount} rows of ${name}`);
    }
    await this.client.query('commit');
  }

  async forget(): Promise<void> {
    await this.client.query('drop schema bare, indexed cascade');
    await this.client.end();
    await rm(this.folder, { recursive: true });
  }
}
