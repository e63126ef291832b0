import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { committeeColumns, type CommitteeRow, toCommittee } from './committees.pg-repository.js';
import { CommitteeReader } from './committees.reader.js';
import { type MeetingRow, meetingView, toMeeting } from './meetings.pg-repository.js';

@Injectable()
export class PgCommitteeReader extends CommitteeReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(committeeId: string) {
    const { rows } = await this.database.query<CommitteeRow>(
      `select ${committeeColumns} from committee where id = $1`,
      [committeeId],
    );
    return rows[0] && toCommittee(rows[0]);
  }

  async list(marketCode: string, after: string | undefined, limit: number) {
    // The department says it all: that of the steering committee is empty, and comes first.
    const { rows } = await this.database.query<CommitteeRow>(
      `select ${committeeColumns} from committee
        where market_code = $1 and ($2::text is null or department > $2) order by department limit $3`,
      [marketCode, after ?? null, limit],
    );
    return rows.map(toCommittee);
  }

  async findMeeting(meetingId: string) {
    const { rows } = await this.database.query<MeetingRow>(`${meetingView} where m.id = $1`, [
      meetingId,
    ]);
    return rows[0] && toMeeting(rows[0]);
  }

  async listMeetings(
    committeeId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ) {
    const { rows } = await this.database.query<MeetingRow>(
      `${meetingView} where m.committee_id = $1 and ($2::date is null or (m.meets_on, m.id) < ($2, $3))
        order by m.meets_on desc, m.id desc limit $4`,
      [committeeId, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows.map(toMeeting);
  }
}
