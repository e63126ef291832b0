import { Controller } from '@nestjs/common';
import {
  type CancelMeetingRequest,
  type ChangeMeetingRequest,
  CommitteesService,
  type GetMeetingRequest,
  type InviteToMeetingRequest,
  type ListMeetingsRequest,
  plain,
  type PlanMeetingRequest,
  type RecordAttendanceRequest,
  type RecordMinutesRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ChangeMeeting } from './change-meeting.js';
import type { Attendance } from './domain/attendance.js';
import { type Meeting, meetingFor, type MeetingPlan } from './domain/meeting.js';
import { InviteToMeeting } from './invite-to-meeting.js';
import { PlanMeeting } from './plan-meeting.js';
import { RecordAttendance } from './record-attendance.js';
import { RecordMinutes } from './record-minutes.js';
import { ViewCommittees } from './view-committees.js';

@Controller()
export class MeetingsRpc {
  constructor(
    private readonly planMeetingUseCase: PlanMeeting,
    private readonly changeMeetingUseCase: ChangeMeeting,
    private readonly inviteUseCase: InviteToMeeting,
    private readonly recordAttendanceUseCase: RecordAttendance,
    private readonly recordMinutesUseCase: RecordMinutes,
    private readonly view: ViewCommittees,
  ) {}

  @Answers(CommitteesService.method.planMeeting)
  async planMeeting(request: PlanMeetingRequest, caller: Caller) {
    const { idempotencyKey, committeeId, ...plan } = plain(request);
    const input = { idempotencyKey, committeeId, plan: toPlan(plan), caller };
    return whole(await this.planMeetingUseCase.execute(input));
  }

  @Answers(CommitteesService.method.changeMeeting)
  async changeMeeting(request: ChangeMeetingRequest, caller: Caller) {
    const { meetingId, expectedVersion, ...plan } = plain(request);
    const input = { meetingId, expectedVersion, plan: toPlan(plan), caller };
    return whole(await this.changeMeetingUseCase.execute(input));
  }

  @Answers(CommitteesService.method.cancelMeeting)
  async cancelMeeting(request: CancelMeetingRequest, caller: Caller) {
    return whole(await this.changeMeetingUseCase.execute({ ...plain(request), caller }));
  }

  @Answers(CommitteesService.method.inviteToMeeting)
  async inviteToMeeting(request: InviteToMeetingRequest, caller: Caller) {
    return whole(await this.inviteUseCase.execute({ ...plain(request), caller }));
  }

  @Answers(CommitteesService.method.recordAttendance)
  async recordAttendance(request: RecordAttendanceRequest, caller: Caller) {
    const attendances = request.attendances.map(plain) as Attendance[];
    const input = { ...plain(request), attendances, caller };
    return whole(await this.recordAttendanceUseCase.execute(input));
  }

  @Answers(CommitteesService.method.recordMinutes)
  async recordMinutes(request: RecordMinutesRequest, caller: Caller) {
    return whole(await this.recordMinutesUseCase.execute({ ...plain(request), caller }));
  }

  @Answers(CommitteesService.method.getMeeting)
  async getMeeting({ meetingId }: GetMeetingRequest, caller: Caller) {
    return { meeting: toMeetingMessage(await this.view.meeting({ meetingId, caller })) };
  }

  @Answers(CommitteesService.method.listMeetings)
  async listMeetings({ committeeId, ...page }: ListMeetingsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.view.meetings({ committeeId, ...part, caller }),
      ({ meeting }) => [meeting.meetsOn, meeting.meetingId],
    );
    return { meetings: rows.map(toMeetingMessage), nextCursor };
  }
}

/** The contract's bounds hold by now: the day is one. */
const toPlan = (plan: Omit<MeetingPlan, 'meetsOn'> & { readonly meetsOn: string }) =>
  plan as MeetingPlan;

// Only those who may write get it, and they see all.
const whole = (meeting: Meeting) => ({
  meeting: toMeetingMessage(meetingFor(meeting, { sees: 'ALL' })),
});

function toMeetingMessage(seen: ReturnType<typeof meetingFor>) {
  const { meeting, ...counts } = seen;
  return {
    ...counts,
    ...meeting,
    invitations: meeting.invitations.map(({ attendance, ...invitation }) => ({
      ...attendance,
      ...invitation,
    })),
  };
}
