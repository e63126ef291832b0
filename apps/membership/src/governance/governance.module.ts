import { Module } from '@nestjs/common';
import { MembershipsModule } from '../adhesion/memberships/memberships.module.js';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { Activity } from './activity/activity.pg.js';
import { ActivityRpc } from './activity/activity.rpc.js';
import { DecidePublishedList } from './activity/decide-published-list.js';
import { ViewActivity } from './activity/view-activity.js';
import { AwardsRpc } from './awards/awards.rpc.js';
import { ChangeOffer } from './awards/change-offer.js';
import { OpenTender } from './awards/open-tender.js';
import { RecordAward } from './awards/record-award.js';
import { RecordOffer } from './awards/record-offer.js';
import { Tenders } from './awards/tenders.pg.js';
import { ViewTenders } from './awards/view-tenders.js';
import { ChangeComposition } from './committees/change-composition.js';
import { ChangeMeeting } from './committees/change-meeting.js';
import { Committees } from './committees/committees.pg.js';
import { CommitteesRpc } from './committees/committees.rpc.js';
import { EstablishCommittee } from './committees/establish-committee.js';
import { InviteToMeeting } from './committees/invite-to-meeting.js';
import { MeetingsRpc } from './committees/meetings.rpc.js';
import { PlanMeeting } from './committees/plan-meeting.js';
import { RecordAttendance } from './committees/record-attendance.js';
import { RecordMinutes } from './committees/record-minutes.js';
import { ViewCommittees } from './committees/view-committees.js';
import { AcknowledgeDispatch } from './execution-documents/acknowledge-dispatch.js';
import { Dispatches } from './execution-documents/dispatches.pg.js';
import { ExecutionDocumentsRpc } from './execution-documents/execution-documents.rpc.js';
import { OpenArchive } from './execution-documents/open-archive.js';
import { SendDocument } from './execution-documents/send-document.js';
import { ViewDispatches } from './execution-documents/view-dispatches.js';
import { ChangeTraining } from './trainings/change-training.js';
import { PlanTraining } from './trainings/plan-training.js';
import { PublishProgress } from './trainings/publish-progress.js';
import { Trainings } from './trainings/trainings.pg.js';
import { TrainingsRpc } from './trainings/trainings.rpc.js';
import { ViewTrainings } from './trainings/view-trainings.js';

const activity = [Activity, DecidePublishedList, ViewActivity];
const awards = [Tenders, ChangeOffer, OpenTender, RecordAward, RecordOffer, ViewTenders];
const committees = [Committees, ChangeComposition, EstablishCommittee, ViewCommittees];
const meetings = [ChangeMeeting, InviteToMeeting, PlanMeeting, RecordAttendance, RecordMinutes];
const dispatches = [Dispatches, AcknowledgeDispatch, OpenArchive, SendDocument, ViewDispatches];
const trainings = [Trainings, ChangeTraining, PlanTraining, PublishProgress, ViewTrainings];

/** What the coordinator owes the members. Its rooms give nothing to other neighbourhoods. */
@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule],
  controllers: [
    ActivityRpc,
    AwardsRpc,
    CommitteesRpc,
    ExecutionDocumentsRpc,
    MeetingsRpc,
    TrainingsRpc,
  ],
  providers: [activity, awards, committees, dispatches, meetings, trainings].flat(),
})
export class GovernanceModule {}
