import { Injectable } from '@nestjs/common';
import type { RecordMinutesRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { type Meeting, minute } from './domain/meeting.js';
import { Meetings } from './meetings.pg.js';

/** The minutes of a meeting that was held (GOV-5, art. 7.2): a document of the market; a corrected version follows. */
@Injectable()
export class RecordMinutes {
  constructor(
    private readonly commands: Commands,
    private readonly meetings: Meetings,
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
        const meeting = await this.meetings.findForUpdate(tx, input.meetingId, caller);
        const { marketCode } = meeting;
        const { documentId } = input;
        const document = await this.documents.proofOf(tx, documentId, [{ marketCode }], {
          kinds: ['MINUTES'],
          paper: 'le compte rendu, parmi les documents du marché',
        });
        const minutes = { documentId, document, recordedOn: today };
        const minuted = minute(meeting, input.expectedVersion, minutes);
        await this.meetings.save(tx, minuted);
        await this.meetings.addMinutes(tx, meeting.meetingId, minutes, caller.userId);
        return minuted;
      },
    );
  }
}
