import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type Committee, CommitteeAlreadyEstablished } from './domain/committee.js';

import type { Meeting } from './domain/meeting.js';
import { meetingView } from './meetings.pg.js';

const columns =
  'id as "committeeId", market_code as "marketCode", kind, department, seats, version';

/** What is kept of committees. Everything is written in the caller's transaction. */
@Injectable()
export class Committees {
  constructor(private readonly database: Database) {}

  /** Throws CommitteeAlreadyEstablished. */
  async add(tx: Transaction, committee: Committee, on: LocalDate): Promise<void> {
    const { committeeId, marketCode, kind, department } = committee;
    const { rowCount } = await tx.query(
      `insert into committee (id, market_code, kind, department, established_on)
       values ($1, $2, $3, $4, $5) on conflict (market_code, kind, department) do nothing`,
      [committeeId, marketCode, kind, department, on],
    );
    if (rowCount === 1) return;
    throw new CommitteeAlreadyEstablished(
      'Cette instance existe déjà : modifiez sa composition ou prévoyez ses réunions.',
      { kind, department },
    );
  }

  async findForUpdate(tx: Transaction, committeeId: string) {
    const { rows } = await tx.query<Committee>(
      `select ${columns} from committee where id = $1 for update`,
      [committeeId],
    );
    return rows[0];
  }

  async save(tx: Transaction, { committeeId, seats, version }: Committee): Promise<void> {
    await tx.query('update committee set seats = $2, version = $3 where id = $1', [
      committeeId,
      JSON.stringify(seats),
      version,
    ]);
  }

  /** Those that are no member of the market, and never asked to be. */
  async unknownOrganisations(
    tx: Transaction,
    marketCode: string,
    organisationIds: readonly string[],
  ): Promise<string[]> {
    const { rows } = await tx.query<{ id: string }>(
      `select wanted.id from unnest($2::text[]) as wanted (id)
        where not exists (select 1 from membership m where m.organisation_id = wanted.id and m.market_code = $1)`,
      [marketCode, organisationIds],
    );
    return rows.map(({ id }) => id);
  }

  async find(committeeId: string) {
    const { rows } = await this.database.query<Committee>(
      `select ${columns} from committee where id = $1`,
      [committeeId],
    );
    return rows[0];
  }

  /** By department; the steering committee first. */
  async list(marketCode: string, after: string | undefined, limit: number) {
    // The department says it all: that of the steering committee is empty, and comes first.
    const { rows } = await this.database.query<Committee>(
      `select ${columns} from committee
        where market_code = $1 and ($2::text is null or department > $2) order by department limit $3`,
      [marketCode, after ?? null, limit],
    );
    return rows;
  }

  async findMeeting(meetingId: string) {
    const { rows } = await this.database.query<Meeting>(`${meetingView} where m.id = $1`, [
      meetingId,
    ]);
    return rows[0];
  }

  /** Latest first; `after` is the day and id of the last row seen. */
  async listMeetings(
    committeeId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ) {
    const { rows } = await this.database.query<Meeting>(
      `${meetingView} where m.committee_id = $1 and ($2::date is null or (m.meets_on, m.id) < ($2, $3))
        order by m.meets_on desc, m.id desc limit $4`,
      [committeeId, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows;
  }
}
