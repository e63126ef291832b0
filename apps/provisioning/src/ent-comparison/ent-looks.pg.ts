import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { addDays, type LocalDate } from '#libs/time';
import type { FoundDifference, KeptDifference } from './domain/differences.js';

export type LookStatus =
  | 'MATCHED'
  /** Something that a person alone can put right, in the ENT. */
  | 'TOLD'
  | 'REPAIRED'
  /** A part waits for a person's word. */
  | 'HELD'
  | 'REJECTED'
  | 'APPROVED'
  /** The ENT gave no answer that may be believed. */
  | 'INCIDENT';
export type EntLook = {
  readonly uai: string;
  readonly day: LocalDate;
  readonly membershipId: string | null;
  readonly status: LookStatus;
  readonly incidentCode: string;
  readonly users: number;
  readonly compared: number;
  readonly firstUses: number;
  readonly calls: number;
  readonly differences: readonly KeptDifference[];
  readonly decidedBy: string;
};

/** What the looks at the ENT found, school by school and day by day. */
@Injectable()
export class EntLooks {
  constructor(private readonly database: Database) {}

  /** The second look of a day at a school takes the place of the first, and its calls count as well. */
  async record(
    tx: Transaction,
    look: Omit<EntLook, 'decidedBy' | 'incidentCode' | 'differences'> & {
      differences: readonly FoundDifference[];
    },
  ): Promise<void> {
    await tx.query(
      `insert into ent_look as l (uai, day, membership_id, status, users, compared, first_uses, calls, differences)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (uai, day) do update set membership_id = excluded.membership_id, status = excluded.status,
         incident_code = '', users = excluded.users, compared = excluded.compared,
         first_uses = l.first_uses + excluded.first_uses, calls = l.calls + excluded.calls,
         differences = excluded.differences, decided_by = ''`,
      [
        ...[look.uai, look.day, look.membershipId, look.status, look.users, look.compared],
        ...[look.firstUses, look.calls, JSON.stringify(look.differences.map(kept))],
      ],
    );
  }

  /** What an earlier look of the day has found stays. */
  async recordIncident(uai: string, day: LocalDate, code: string): Promise<void> {
    await this.database.query(
      `insert into ent_look as l (uai, day, status, incident_code) values ($1, $2, 'INCIDENT', $3)
       on conflict (uai, day) do update set incident_code = excluded.incident_code where l.status = 'INCIDENT'`,
      [uai, day, code],
    );
  }

  async recordDecision(
    tx: Transaction,
    { uai, day }: Pick<EntLook, 'uai' | 'day'>,
    status: 'APPROVED' | 'REJECTED',
    decidedBy: string,
  ): Promise<void> {
    await tx.query('update ent_look set status = $3, decided_by = $4 where uai = $1 and day = $2', [
      ...[uai, day, status, decidedBy],
    ]);
  }

  async locked(tx: Transaction, uai: string, day: LocalDate): Promise<EntLook | undefined> {
    const { rows } = await tx.query<EntLook>(
      `select ${columns} from ent_look where uai = $1 and day = $2 for update`,
      [uai, day],
    );
    return rows[0];
  }

  /** The last look before a day that came to an end. */
  async before(tx: Transaction, uai: string, day: LocalDate): Promise<EntLook | undefined> {
    const { rows } = await tx.query<EntLook>(
      `select ${columns} from ent_look where uai = $1 and day < $2 and status <> 'INCIDENT' order by day desc limit 1`,
      [uai, day],
    );
    return rows[0];
  }

  /**
   * The first day on which who is missing now does not count: after the last look that saw it, or today where none did
   * (PRV-3).
   */
  async lostOn(tx: Transaction, uai: string, today: LocalDate): Promise<LocalDate> {
    const last = await this.before(tx, uai, today);
    return last === undefined ? today : addDays(last.day, 1);
  }

  /** Who pays for most of a school. */
  async memberOf(tx: Transaction, uai: string): Promise<string | null> {
    const { rows } = await tx.query<{ membership_id: string }>(
      `select membership_id from account where uai = $1 and ent_id is not null
       group by membership_id order by count(*) desc, membership_id limit 1`,
      [uai],
    );
    return rows[0]?.membership_id ?? null;
  }
}

const columns = `uai, day, membership_id as "membershipId", status, incident_code as "incidentCode", users, compared,
  first_uses as "firstUses", calls, differences, decided_by as "decidedBy"`;

const kept = ({ externalId: _, isBlocked: _is, ...difference }: FoundDifference): KeptDifference =>
  difference;
