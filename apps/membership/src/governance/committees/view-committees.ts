import { Injectable } from '@nestjs/common';
import type { ListCommitteesRequest, ListMeetingsRequest } from '#libs/contracts';
import { type AskedPage, type Caller, mayIn, requireInMarket, requireMarket } from '#libs/identity';
import { Committees } from './committees.pg.js';
import { committeeFor, meetingFor, type Onlooker } from './domain/meeting.js';

/** Committees and meetings, as the caller may see them (GOV-5, SUP-3). */
@Injectable()
export class ViewCommittees {
  constructor(private readonly committees: Committees) {}

  async committee(input: { committeeId: string; caller: Caller }) {
    const committee = requireInMarket(input.caller, await this.committees.find(input.committeeId));
    return committeeFor(committee, onlookerOf(input.caller, committee.marketCode));
  }

  /** One row more than `limit` where there is one. */
  async list(input: AskedPage<ListCommitteesRequest, readonly [string]>) {
    requireMarket(input.caller, input.marketCode);
    const found = await this.committees.list(input.marketCode, input.after?.[0], input.limit + 1);
    return found.map((committee) =>
      committeeFor(committee, onlookerOf(input.caller, committee.marketCode)),
    );
  }

  async meeting(input: { meetingId: string; caller: Caller }) {
    const meeting = requireInMarket(
      input.caller,
      await this.committees.findMeeting(input.meetingId),
    );
    return meetingFor(meeting, onlookerOf(input.caller, meeting.marketCode));
  }

  /** One row more than `limit` where there is one. */
  async meetings(input: AskedPage<ListMeetingsRequest>) {
    const { committeeId, after, limit, caller } = input;
    const { committee } = await this.committee({ committeeId, caller });
    const found = await this.committees.listMeetings(committeeId, after, limit + 1);
    return found.map((meeting) => meetingFor(meeting, onlookerOf(caller, committee.marketCode)));
  }
}

const onlookerOf = (caller: Caller, marketCode: string): Onlooker =>
  mayIn(caller, marketCode, 'coordinator', 'player')
    ? { sees: 'ALL' }
    : { sees: 'OWN', organisationId: caller.organisationId ?? 'none' };
