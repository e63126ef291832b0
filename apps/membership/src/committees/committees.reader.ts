import type { Committee } from './domain/committee.js';
import type { Meeting } from './domain/meeting.js';

/** What can be read of committees and their meetings, as committed. */
export abstract class CommitteeReader {
  abstract find(committeeId: string): Promise<Committee | undefined>;
  /** By department; the steering committee first. */
  abstract list(marketCode: string, after: string | undefined, limit: number): Promise<Committee[]>;
  abstract findMeeting(meetingId: string): Promise<Meeting | undefined>;
  /** Latest first; `after` is the day and id of the last row seen. */
  abstract listMeetings(
    committeeId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<Meeting[]>;
}
