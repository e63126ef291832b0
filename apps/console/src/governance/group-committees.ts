import { Injectable } from '@nestjs/common';
import type { Committee, Meeting } from '#libs/contracts';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import { toCommittee, toMeeting } from './committees.mapping.js';
import type {
  AttendanceBody,
  CommitteeBody,
  CompositionBody,
  MarketPageQuery,
  MeetingBody,
  PageQuery,
} from './governance.dto.js';

/** Committees and meetings: membership decides (GOV-5), the console carries. */
@Injectable()
export class GroupCommittees {
  constructor(private readonly clients: Clients) {}

  async list(visitor: Visitor, { market, ...page }: MarketPageQuery) {
    requireMarket(visitor, market);
    const answer = await this.of(visitor).listCommittees({ marketCode: market, page });
    return {
      committees: answer.committees.map(toCommittee),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async show(visitor: Visitor, committeeId: string) {
    return seen(visitor, await this.of(visitor).getCommittee({ committeeId }));
  }

  async establish(visitor: Visitor, body: CommitteeBody, idempotencyKey: string) {
    const { market, kind, department } = body;
    const asked = { idempotencyKey, marketCode: market, kind, department };
    return seen(visitor, await this.of(visitor).establishCommittee(asked));
  }

  async compose(visitor: Visitor, committeeId: string, version: number, body: CompositionBody) {
    const asked = { committeeId, expectedVersion: version, seats: body.seats };
    return seen(visitor, await this.of(visitor).changeComposition(asked));
  }

  async meetings(visitor: Visitor, committeeId: string, page: PageQuery) {
    await this.show(visitor, committeeId);
    const answer = await this.of(visitor).listMeetings({ committeeId, page });
    return { meetings: answer.meetings.map(toMeeting), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async meeting(visitor: Visitor, meetingId: string) {
    return seenMeeting(visitor, await this.of(visitor).getMeeting({ meetingId }));
  }

  async plan(visitor: Visitor, committeeId: string, body: MeetingBody, idempotencyKey: string) {
    const asked = { idempotencyKey, committeeId, ...body };
    return seenMeeting(visitor, await this.of(visitor).planMeeting(asked));
  }

  async change(visitor: Visitor, meetingId: string, version: number, body: MeetingBody) {
    const asked = { meetingId, expectedVersion: version, ...body };
    return seenMeeting(visitor, await this.of(visitor).changeMeeting(asked));
  }

  async cancel(visitor: Visitor, meetingId: string, version: number) {
    const asked = { meetingId, expectedVersion: version };
    return seenMeeting(visitor, await this.of(visitor).cancelMeeting(asked));
  }

  async invite(visitor: Visitor, meetingId: string, version: number) {
    const asked = { meetingId, expectedVersion: version };
    return seenMeeting(visitor, await this.of(visitor).inviteToMeeting(asked));
  }

  async attend(visitor: Visitor, meetingId: string, version: number, body: AttendanceBody) {
    const asked = { meetingId, expectedVersion: version, attendances: body.attendances };
    return seenMeeting(visitor, await this.of(visitor).recordAttendance(asked));
  }

  async minute(visitor: Visitor, meetingId: string, version: number, documentId: string) {
    const asked = { meetingId, expectedVersion: version, documentId };
    return seenMeeting(visitor, await this.of(visitor).recordMinutes(asked));
  }

  private of(visitor: Visitor) {
    return this.clients.of(visitor).committees;
  }
}

// The owner has judged already: a mistake of its must not show here (SUP-3).
function seen(visitor: Visitor, { committee }: { committee?: Committee }) {
  if (!committee) throw new NotVisible();
  requireMarket(visitor, committee.marketCode);
  return toCommittee(committee);
}

function seenMeeting(visitor: Visitor, { meeting }: { meeting?: Meeting }) {
  if (!meeting) throw new NotVisible();
  requireMarket(visitor, meeting.marketCode);
  return toMeeting(meeting);
}
