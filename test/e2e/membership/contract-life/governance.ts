import { marketCode } from '../membership-app.js';
import {
  byMember,
  created,
  day,
  document,
  key,
  of,
  ofMarket,
  ofMember,
  restingOn,
  step,
  type Step,
  versioned,
} from './step.js';

const meeting = { meetsOn: '2022-09-10', startsAt: '14:00', place: 'Rectorat', agenda: ['Bilan'] };
const training = { kind: 'SUPPORT', title: 'Visite', scope: 'ACADEMY', plannedOn: '2022-10-20' };

export const governance: readonly Step[] = [
  created('establishCommittee', 'committee', 'committeeId', () => ({
    ...{ ...key(), marketCode, kind: 'STEERING' },
  })),
  versioned('changeComposition', 'committee', 'committeeId', () => ({
    seats: [
      { functionTitle: 'IA-DASEN', organisation: 'DSDEN 44', side: 'EDUCATION_NATIONALE' },
      { functionTitle: 'Maire', organisation: 'Erbray', side: 'COLLECTIVITE' },
    ],
  })),
  created('planMeeting', 'meeting', 'meetingId', () => ({
    ...{ ...key(), committeeId: of('committee'), ...meeting },
  })),
  versioned('changeMeeting', 'meeting', 'meetingId', () => ({ ...meeting, place: 'DSDEN' })),
  versioned('inviteToMeeting', 'meeting', 'meetingId', () => ({})),
  day('2022-09-10'),
  versioned('recordAttendance', 'meeting', 'meetingId', () => ({
    attendances: [{ number: 1, outcome: 'PRESENT' }],
  })),
  document('minutes', 'MINUTES', ofMarket, '2022-09-10'),
  versioned(
    'recordMinutes',
    'meeting',
    'meetingId',
    () => ({ documentId: of('minutes') }),
    restingOn('minutes'),
  ),
  created('planMeeting', 'meeting', 'meetingId', () => ({
    ...{ ...key(), committeeId: of('committee'), ...meeting, meetsOn: '2023-01-10' },
  })),
  versioned('cancelMeeting', 'meeting', 'meetingId', () => ({})),
  created('planTraining', 'training', 'trainingId', () => ({
    ...key(),
    marketCode,
    plan: training,
  })),
  versioned('changeTraining', 'training', 'trainingId', () => ({
    plan: { ...training, plannedOn: '2022-09-10' },
  })),
  versioned('holdTraining', 'training', 'trainingId', () => ({
    ...{ heldOn: '2022-09-10', participants: 3 },
  })),
  created('planTraining', 'training', 'trainingId', () => ({
    ...key(),
    marketCode,
    plan: training,
  })),
  versioned('cancelTraining', 'training', 'trainingId', () => ({})),
  step('publishProgress', () => ({ ...key(), marketCode, title: 'Bilan', body: 'Fin.' })),
  step('decidePublishedList', () => ({ ...key(), marketCode, content: 'NAMES', reason: 'Avis' })),
  document('ccap', 'CCAP', ofMarket, '2022-04-08'),
  step(
    'sendDocument',
    () => ({ ...key(), marketCode, documentId: of('ccap'), kind: 'CCAP' }),
    restingOn('ccap'),
  ),
  byMember('acknowledgeDispatch', () => ({
    ...{ membershipId: of('ancenis'), dispatchId: of('dispatch') },
  })),
  byMember('openArchive', ofMember('ancenis')),
  byMember('downloadDocument', () => ({ documentId: of('decision') })),
];
