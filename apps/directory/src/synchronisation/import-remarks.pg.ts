import type { Transaction } from '#libs/persistence';
import { REMARKS } from './domain/directory-import.js';

const examplesMax = 5;

/** What an import remarks: how often, and a few examples. */
export class ImportRemarks {
  readonly #remarks = new Map<string, { count: number; examples: string[] }>();

  add(code: string, subject: string, count = 1): void {
    const remark = this.#remarks.get(code) ?? { count: 0, examples: [] };
    remark.count += count;
    if (subject && remark.examples.length < examplesMax && !remark.examples.includes(subject)) {
      remark.examples.push(subject);
    }
    this.#remarks.set(code, remark);
  }

  /** In place of what was stored of these codes before; of all, unless told. */
  async store(tx: Transaction, importId: string, codes?: readonly string[]): Promise<void> {
    await tx.query(
      'delete from import_remark where import_id = $1 and ($2::text[] is null or code = any($2))',
      [importId, codes ?? null],
    );
    const remarks = [...this.#remarks];
    await tx.query(
      `insert into import_remark (import_id, code, message, count)
       select $1, * from unnest($2::text[], $3::text[], $4::bigint[])`,
      [
        importId,
        remarks.map(([code]) => code),
        remarks.map(([code, { examples }]) =>
          [
            REMARKS[code] ?? code,
            ...(examples.length > 0 ? [`Exemples : ${examples.join(', ')}.`] : []),
          ].join(' '),
        ),
        remarks.map(([, { count }]) => count),
      ],
    );
  }
}
