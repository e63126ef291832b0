import { Injectable } from '@nestjs/common';
import { Database, insertRow, insertRowOnce, type Transaction, updateRow } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { type Caller, requireInMarket } from '#libs/identity';
import { documentOf } from '../../documents/documents.module.js';
import type { Attendance } from './domain/attendance.js';
import { type Committee, CommitteeAlreadyEstablished } from './domain/committee.js';
import type { Meeting, Minutes } from './domain/meeting.js';

const columns =
  'id as "committeeId", market_code as "marketCode", kind, department, seats, version';

/**
 * What is kept of committees and their meetings. Everything is written in the caller's transaction; invitations,
 * attendances and minutes are only added.
 */
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

  async addMeeting(tx: Transaction, meeting: Meeting, on: LocalDate): Promise<void> {
    const { meetingId: id, committeeId, meetsOn, startsAt, place, agenda, status } = meeting;
    const plan = { meetsOn, startsAt, place, agenda, plannedOn: on };
    await insertRow(tx, 'committee_meeting', { id, committeeId, status, ...plan });
  }

  /** Locks a meeting in one of the caller's markets. Throws NotVisible. */
  async meetingForUpdate(tx: Transaction, meetingId: string, caller: Caller): Promise<Meeting> {
    // Locked first: the view would read the rest as it was before it waited.
    await tx.query('select 1 from committee_meeting where id = $1 for update', [meetingId]);
    const found = await tx.row<Meeting>(`${meetingView} where m.id = $1`, [meetingId]);
    return requireInMarket(caller, found);
  }

  /** The plan, the status, the round and the version. */
  async saveMeeting(tx: Transaction, meeting: Meeting): Promise<void> {
    const { meetingId, meetsOn, startsAt, place, agenda, status, round, version } = meeting;
    await updateRow(tx, 'committee_meeting', meetingId, {
      ...{ meetsOn, startsAt, place, agenda, status, invitationRound: round, version },
    });
  }

  async addInvitations(tx: Transaction, meeting: Meeting, by: string): Promise<void> {
    const { meetingId, round, invitations } = meeting;
    await tx.query(
      `insert into meeting_invitation (meeting_id, round, number, seat, invited_on, invited_by)
       select $1, $2, (i->>'number')::int, i->'seat', (i->>'invitedOn')::date, $4
         from jsonb_array_elements($3::jsonb) i`,
      [meetingId, round, JSON.stringify(invitations), by],
    );
  }

  async addAttendances(
    tx: Transaction,
    { meetingId, round }: Meeting,
    attendances: readonly Attendance[],
    { by, on }: Recorded,
  ): Promise<void> {
    await tx.query(
      `insert into meeting_attendance (meeting_id, round, number, outcome, represented_by_function,
              represented_by_organisation, recorded_on, recorded_by)
       select $1, $2, (a->>'number')::int, a->>'outcome', a->>'representedByFunction',
              a->>'representedByOrganisation', $4, $5 from jsonb_array_elements($3::jsonb) a`,
      [meetingId, round, JSON.stringify(attendances), on, by],
    );
  }

  async addMinutes(tx: Transaction, meetingId: string, minutes: Minutes, by: string) {
    const { documentId, recordedOn } = minutes;
    await insertRow(tx, 'meeting_minutes', { meetingId, documentId, recordedOn, recordedBy: by });
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

/** A meeting whole: the invitations of the last round, what was last recorded of each, the minutes. */
const meetingView = `
  select m.id as "meetingId", m.committee_id as "committeeId", c.market_code as "marketCode", m.meets_on as "meetsOn",
         m.starts_at as "startsAt", m.place, m.agenda, m.status,
         m.invitation_round as round, m.version,
         (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                   'number', i.number, 'seat', i.seat, 'invitedOn', i.invited_on, 'attendance', (
                   select jsonb_build_object('number', a.number, 'outcome', a.outcome,
                            'representedByFunction', a.represented_by_function,
                            'representedByOrganisation', a.represented_by_organisation)
                     from meeting_attendance a
                    where (a.meeting_id, a.round, a.number) = (i.meeting_id, i.round, i.number)
                    order by a.id desc limit 1))) order by i.number), '[]')
            from meeting_invitation i
           where i.meeting_id = m.id and i.round = m.invitation_round and m.status <> 'PLANNED') as invitations,
         (select coalesce(jsonb_agg(jsonb_build_object('documentId', n.document_id, 'document', ${documentOf('n.document_id')},
                   'recordedOn', n.recorded_on) order by n.id), '[]')
            from meeting_minutes n where n.meeting_id = m.id) as minutes
    from committee_meeting m join committee c on c.id = m.committee_id`;
