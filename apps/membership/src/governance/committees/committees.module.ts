import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { ChangeComposition } from './change-composition.js';
import { ChangeMeeting } from './change-meeting.js';
import { Committees } from './committees.pg.js';
import { CommitteesRpc } from './committees.rpc.js';
import { EstablishCommittee } from './establish-committee.js';
import { InviteToMeeting } from './invite-to-meeting.js';
import { Meetings } from './meetings.pg.js';
import { MeetingsRpc } from './meetings.rpc.js';
import { PlanMeeting } from './plan-meeting.js';
import { RecordAttendance } from './record-attendance.js';
import { RecordMinutes } from './record-minutes.js';
import { ViewCommittees } from './view-committees.js';

@Module({
  imports: [DocumentsModule, MarketsModule],
  controllers: [CommitteesRpc, MeetingsRpc],
  providers: [
    Committees,
    Meetings,
    ChangeComposition,
    ChangeMeeting,
    EstablishCommittee,
    InviteToMeeting,
    PlanMeeting,
    RecordAttendance,
    RecordMinutes,
    ViewCommittees,
  ],
})
export class CommitteesModule {}
