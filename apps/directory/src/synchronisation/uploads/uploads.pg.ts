import { Injectable } from '@nestjs/common';
import { type Caller, hasRole } from '#libs/identity';
import { Database, type Transaction } from '#libs/persistence';
import { type Upload, UploadUnknown } from '../domain/upload.js';

/** Who delivers for any source; others deliver the tables of the own school. */
export const deliversForAll = (caller: Caller): boolean =>
  hasRole(caller, 'support-2', 'admin', 'player');

@Injectable()
export class Uploads {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, upload: Upload): Promise<void> {
    await tx.query(
      `insert into upload (upload_id, source, uai, dated_on, plan_only, own_school, bytes_max, begun_by)
       values ($1, $2, $3, nullif($4, '')::date, $5, $6, $7, $8)`,
      [
        ...[upload.uploadId, upload.sourceCode, upload.uai, upload.datedOn, upload.planOnly],
        ...[upload.ownSchool, upload.bytesMax, upload.begunBy],
      ],
    );
  }

  /** One after the other for each person: nobody begins more than is allowed at once. */
  async countOf(tx: Transaction, userId: string): Promise<number> {
    await tx.query('select pg_advisory_xact_lock(7302, hashtext($1))', [userId]);
    const { rows } = await tx.query<{ count: bigint }>(
      'select count(*) as count from upload where begun_by = $1',
      [userId],
    );
    return Number(rows[0]!.count);
  }

  /** Of that person: to others it does not exist. Throws UploadUnknown. */
  async get(uploadId: string, userId: string): Promise<Upload> {
    const { rows } = await this.database.query<Omit<Upload, 'bytesMax'> & { bytesMax: bigint }>(
      `select upload_id as "uploadId", source as "sourceCode", uai, coalesce(dated_on::text, '') as "datedOn",
         plan_only as "planOnly", own_school as "ownSchool", bytes_max as "bytesMax", begun_by as "begunBy"
       from upload where upload_id::text = $1 and begun_by = $2`,
      [uploadId, userId],
    );
    if (!rows[0]) throw new UploadUnknown();
    return { ...rows[0], bytesMax: Number(rows[0].bytesMax) };
  }

  /** Likewise, of who may still deliver it: a role or a school that was taken away since ends it. Throws UploadUnknown. */
  async toGoOn(uploadId: string, caller: Caller): Promise<Upload> {
    const upload = await this.get(uploadId, caller.userId);
    const isOfOwnSchool = upload.ownSchool && caller.uais.includes(upload.uai);
    if (!isOfOwnSchool && !deliversForAll(caller)) throw new UploadUnknown();
    return upload;
  }

  async remove(uploadId: string): Promise<void> {
    await this.database.query('delete from upload where upload_id::text = $1', [uploadId]);
  }

  /** Begun before, whatever has come of them. */
  async begunBefore(at: Date): Promise<string[]> {
    const { rows } = await this.database.query<{ upload_id: string }>(
      'select upload_id from upload where begun_at < $1 order by begun_at limit 1000',
      [at],
    );
    return rows.map(({ upload_id }) => upload_id);
  }
}
