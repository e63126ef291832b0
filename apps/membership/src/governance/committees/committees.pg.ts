import { Injectable } from '@nestjs/common';
import { Database, insertRowOnce, type Transaction, updateRow } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type Caller, requireInMarket } from '#libs/identity';
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
    const { committeeId: id, marketCode, kind, department } = committee;
    const established = { id, marketCode, kind, department, establishedOn: on };
    if (await insertRowOnce(tx, 'committee', established)) return;
    throw new CommitteeAlreadyEstablished(
      'Cette instance existe déjà : modifiez sa composition ou prévoyez ses réunions.',
      { kind, department },
    );
  }

  /** Locks a committee in one of the caller's markets. Throws NotVisible. */
  async findForUpdate(tx: Transaction, committeeId: string, caller: Caller): Promise<Committee> {
    const locked = `select ${columns} from committee where id = $1 for update`;
    return requireInMarket(caller, await tx.row<Committee>(locked, [committeeId]));
  }

  async save(tx: Transaction, { committeeId, seats, version }: Committee): Promise<void> {
    await updateRow(tx, 'committee', committeeId, { seats: JSON.stringify(seats), version });
  }

  /** Those that are no member of the market, and never asked to be. */
  unknownOrganisations(tx: Transaction, marketCode: string, organisationIds: readonly string[]) {
    return tx.column<string>(
      `select wanted.id from unnest($2::text[]) as wanted (id)
        where not exists (select 1 from membership m where m.organisation_id = wanted.id and m.market_code = $1)`,
      [marketCode, organisationIds],
    );
  }

  find(committeeId: string) {
    return this.database.row<Committee>(`select ${columns} from committee where id = $1`, [
      committeeId,
    ]);
  }

  /** By department; the steering committee first. */
  list(marketCode: string, after: string | undefined, limit: number) {
    // The department says it all: that of the steering committee is empty, and comes first.
    return this.database.rows<Committee>(
      `select ${columns} from committee
        where market_code = $1 and ($2::text is null or department > $2) order by department limit $3`,
      [marketCode, after ?? null, limit],
    );
  }

  findMeeting(meetingId: string) {
    return this.database.row<Meeting>(`${meetingView} where m.id = $1`, [meetingId]);
  }

  /** Latest first; `after` is the day and id of the last row seen. */
  listMeetings(committeeId: string, after: readonly [string, string] | undefined, limit: number) {
    return this.database.rows<Meeting>(
      `${meetingView} where m.committee_id = $1 and ($2::date is null or (m.meets_on, m.id) < ($2, $3))
        order by m.meets_on desc, m.id desc limit $4`,
      [committeeId, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
  }
}
