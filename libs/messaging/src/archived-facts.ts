import type { Database } from '#libs/persistence';
import { readDigest } from './fact-archive-batch.js';

/** The service's own archive of facts (`platform.told`), asked by a reader that holds two records with one number. */
export class ArchivedFacts {
  constructor(private readonly database: Database) {}

  /**
   * The digest of the fact with this number. Undefined: the archive has none.
   * @throws {ArchiveDamaged}
   */
  async digest(
    { topic, partition }: { topic: string; partition: number },
    seq: bigint,
  ): Promise<string | undefined> {
    const { rows } = await this.database.query<{ records: Buffer }>(
      `select records from platform.told
        where topic = $1 and partition = $2 and last_seq >= $3 and first_seq <= $3 order by last_seq limit 1`,
      [topic, partition, seq],
    );
    const [row] = rows;
    return row && readDigest(row.records, seq);
  }
}
