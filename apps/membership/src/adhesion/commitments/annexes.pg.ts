import { Injectable } from '@nestjs/common';
import {
  arraysOf,
  Database,
  rowWithoutNulls,
  type Transaction,
  updateRow,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity, Recorded } from '#libs/trade';
import { Memberships } from '../memberships/register.module.js';
import type { Annexe2Line } from './domain/annexe2.js';

/** A transcription of a signed annex 2, typed by one person and verified by another (COM-1). */
export type Annexe2 = {
  readonly id: bigint;
  readonly sha256: string;
  readonly fileName: string;
  readonly datedOn: LocalDate;
  readonly importedBy: string;
  readonly verifiedBy?: string;
  /** Why it names what is no public school of the national register; absent: it names none such. */
  readonly registerException?: string | undefined;
};

/** The uploaded document that a transcription was compared with. */
export type SignedAnnexe2 = { readonly documentId: string; readonly sha256: string };

/** What a decision about a member's annex 2 depends on. */
export type Annexe2Dossier = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationKind: string;
  readonly marketCode: string;
  readonly status: string;
  readonly latest?: Annexe2;
  readonly hasVerified: boolean;
};

/** The last transcription of a member's annex 2, for whoever compares it with the signed document. */
export type Transcription = Pick<
  Annexe2,
  'sha256' | 'fileName' | 'datedOn' | 'registerException'
> & {
  readonly importedOn: LocalDate;
  readonly verifiedOn?: LocalDate;
  readonly signed?: SignedAnnexe2;
  /** UAI of its lines that are no public school of the register. */
  readonly outsideRegister: readonly string[];
};

type Transcribed = { readonly membershipId: string; readonly sha256: string };

const annexe2Columns =
  'id, sha256, file_name as "fileName", dated_on as "datedOn", imported_by as "importedBy", verified_by as "verifiedBy"';
const lineColumns = 'line, beneficiary, item_code as "itemCode", quantity::integer';
// The same file may have been typed again after another one: the last of them.
const transcription = '(select max(id) from annexe2 where membership_id = $1 and sha256 = $2)';

/** Transcriptions of annex 2, and the commitment C that a verified one makes. */
@Injectable()
export class Annexes {
  constructor(
    private readonly database: Database,
    private readonly memberships: Memberships,
  ) {}

  /** Locks the membership. */
  async findForUpdate(tx: Transaction, membershipId: string): Promise<Annexe2Dossier | undefined> {
    const membership = await this.memberships.findForUpdate(tx, membershipId);
    if (!membership) return undefined;
    // After the lock, so that a transcription written meanwhile is seen.
    const latest = await rowWithoutNulls<Annexe2 & { readonly hasVerified: boolean }>(
      tx,
      `select ${annexe2Columns}, bool_or(verified_by is not null) over () as "hasVerified"
         from annexe2 where membership_id = $1 order by id desc limit 1`,
      [membershipId],
    );
    const { organisation, marketCode, status } = membership;
    return {
      membershipId,
      organisationId: organisation.organisationId,
      organisationKind: organisation.kind,
      marketCode,
      status,
      hasVerified: latest?.hasVerified ?? false,
      ...(latest ? { latest } : {}),
    };
  }

  linesOf(tx: Transaction, annexe2Id: bigint): Promise<Annexe2Line[]> {
    return tx.rows<Annexe2Line>(
      `select ${lineColumns} from annexe2_line where annexe2_id = $1 order by line`,
      [annexe2Id],
    );
  }

  /** The verified transcription with its lines, if there is one. */
  async inForce(tx: Transaction, membershipId: string) {
    const found = await tx.row<Annexe2>(
      `select ${annexe2Columns} from annexe2
        where membership_id = $1 and verified_by is not null order by id desc limit 1`,
      [membershipId],
    );
    return found && { ...found, lines: await this.linesOf(tx, found.id) };
  }

  async save(
    tx: Transaction,
    membershipId: string,
    annexe2: Omit<Annexe2, 'id' | 'verifiedBy'>,
    importedOn: LocalDate,
    lines: readonly Annexe2Line[],
  ): Promise<void> {
    await tx.query(
      `with written as (
         insert into annexe2 (membership_id, sha256, file_name, dated_on, imported_by, imported_on, register_exception)
         values ($1, $2, $3, $4, $5, $6, $7) returning id)
       insert into annexe2_line (annexe2_id, line, beneficiary, item_code, quantity)
       select written.id, l.* from written,
              unnest($8::integer[], $9::text[], $10::text[], $11::bigint[]) as l (line, beneficiary, item_code, quantity)`,
      [
        membershipId,
        annexe2.sha256,
        annexe2.fileName,
        annexe2.datedOn,
        annexe2.importedBy,
        importedOn,
        annexe2.registerException,
        ...arraysOf(lines, 'line', 'beneficiary', 'itemCode', 'quantity'),
      ],
    );
  }

  async markVerified(
    tx: Transaction,
    annexe2Id: bigint,
    { by, on, signed }: Recorded & { readonly signed: SignedAnnexe2 | undefined },
  ): Promise<void> {
    await updateRow(tx, 'annexe2', annexe2Id, {
      ...{ verifiedBy: by, verifiedOn: on },
      ...{ signedDocumentId: signed?.documentId, signedSha256: signed?.sha256 },
    });
  }

  /** C as it is committed to, in place of what was. */
  async saveCommitment(tx: Transaction, membershipId: string, commitment: readonly ItemQuantity[]) {
    await tx.query('delete from commitment where membership_id = $1', [membershipId]);
    await tx.query(
      `insert into commitment (membership_id, item_code, quantity)
       select $1, c.* from unnest($2::text[], $3::bigint[]) as c (item_code, quantity)`,
      [membershipId, ...arraysOf(commitment, 'itemCode', 'quantity')],
    );
  }

  /** Of these, those that annex 2 may not name without an exception (COM-1). */
  async outsideRegister(tx: Transaction, lines: readonly Annexe2Line[]): Promise<Set<string>> {
    const outside = await tx.column<string>(
      'select b from unnest($1::text[]) b where not is_in_register(b)',
      [lines.map(({ beneficiary }) => beneficiary)],
    );
    return new Set(outside);
  }

  /** The last one that was typed. */
  latest(membershipId: string): Promise<Transcription | undefined> {
    return rowWithoutNulls<Transcription>(
      this.database,
      `select sha256, file_name as "fileName", dated_on as "datedOn", imported_on as "importedOn", verified_on as "verifiedOn",
              case when signed_document_id is not null and signed_sha256 is not null
                   then jsonb_build_object('documentId', signed_document_id, 'sha256', signed_sha256) end as signed,
              register_exception as "registerException", array(
                select distinct l.beneficiary from annexe2_line l
                 where l.annexe2_id = annexe2.id and not is_in_register(l.beneficiary) order by 1) as "outsideRegister"
         from annexe2 where membership_id = $1 order by id desc limit 1`,
      [membershipId],
    );
  }

  /** Lines of the transcription with this digest after a line number, by line. */
  lines({ membershipId, sha256 }: Transcribed, afterLine: number, limit: number) {
    return this.database.rows<Annexe2Line>(
      `select ${lineColumns} from annexe2_line
        where annexe2_id = ${transcription} and line > $3 order by line limit $4`,
      [membershipId, sha256, afterLine, limit],
    );
  }

  /** Its sum per item, in the order of the items' codes. */
  sums({ membershipId, sha256 }: Transcribed): Promise<ItemQuantity[]> {
    return this.database.rows<ItemQuantity>(
      `select item_code as "itemCode", sum(quantity)::integer as quantity from annexe2_line
        where annexe2_id = ${transcription} group by item_code order by item_code`,
      [membershipId, sha256],
    );
  }
}
