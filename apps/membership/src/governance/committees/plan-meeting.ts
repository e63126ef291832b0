import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PlanMeetingRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import { checkPlan, type Meeting, type MeetingPlan } from './domain/meeting.js';

/** A meeting of a committee: day, hour, place and agenda (GOV-5, art. 7.2). */
@Injectable()
export class PlanMeeting {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
  ) {}

  /** Throws MeetingInvalid. */
  execute(
    input: Asked<Pick<PlanMeetingRequest, 'idempotencyKey' | 'committeeId'>, { plan: MeetingPlan }>,
  ): Promise<Meeting> {
    const { caller } = input;
    return this.commands.run<Meeting>(
      {
        operation: 'PlanMeeting',
        action: 'meeting.planned',
        subject: ({ meetingId }) => `meeting:${meetingId}`,
      },
      input,
      async (tx, today) => {
        const { committeeId } = input;
        const committee = await this.committees.findForUpdate(tx, committeeId, caller);
        checkPlan(input.plan, today);
        const meeting: Meeting = {
          ...input.plan,
          meetingId: randomUUID(),
          committeeId: committee.committeeId,
          marketCode: committee.marketCode,
          status: 'PLANNED',
          invitations: [],
          round: 0,
          minutes: [],
          version: 1,
        };
        await this.committees.addMeeting(tx, meeting, today);
        return meeting;
      },
    );
  }
}
