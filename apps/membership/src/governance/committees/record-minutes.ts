import { Injectable } from '@nestjs/common';
import type { RecordMinutesRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Committees } from './committees.pg.js';
import { type Meeting, minute } from './domain/meeting.js';

/** The minutes of a meeting that was held (GOV-5, art. 7.2): a document of the market; a corrected version follows. */
@Injectable()
export class RecordMinutes {
  constructor(
    private readonly commands: Commands,
    private readonly committees: Committees,
    private readonly documents: Documents,
  ) {}

  /** Throws MeetingStale, MeetingNotYet, MinutesKnown, DocumentUnknown. */
  execute(input: Asked<RecordMinutesRequest>): Promise<Meeting> {
    const { caller } = input;
    return this.commands.run(
      {
        operation: 'RecordMinutes',
        action: 'meeting.minuted',
        subject: `meeting:${input.meetingId}`,
        restsOn: input.documentId,
      },
      input,
      async (tx, today) => {
        const meeting = await this.committees.meetingForUpdate(tx, input.meetingId, caller);
        const { marketCode } = meeting;
        const { documentId } = input;
        const document = await this.documents.proofOf(tx, documentId, [{ marketCode }], {
          kinds: ['MINUTES'],
          paper: 'le compte rendu, parmi les documents du marché',
        });
        const minutes = { documentId, document, recordedOn: today };
        const minuted = minute(meeting, input.expectedVersion, minutes);
        await this.committees.saveMeeting(tx, minuted);
        await this.committees.addMinutes(tx, meeting.meetingId, minutes, caller.userId);
        return minuted;
      },
    );
  }
}
