import { Injectable } from '@nestjs/common';
import type { AdmitLateApplicationRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Applications } from './applications.pg.js';
import {
  type AdmissionReason,
  admit,
  decisionDocumentRequired,
} from './domain/application-decision.js';
import { JudgeApplication } from './judge-application.js';
import { Memberships } from './memberships.pg.js';

export type AdmitLateApplicationInput = Asked<
  Omit<AdmitLateApplicationRequest, 'reasonCode'>,
  { reason: AdmissionReason }
>;

/** The coordinator decides that a letter sent in time and received late counts (ADH-3); it is accepted once complete. */
@Injectable()
export class AdmitLateApplication {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly applications: Applications,
    private readonly judgeApplication: JudgeApplication,
    private readonly documents: Documents,
  ) {}

  /** Throws NothingToDecide, ApplicationDecided, DecisionDocumentRequired, DocumentUnknown. */
  execute(input: AdmitLateApplicationInput): Promise<{ reason: string }> {
    const { membershipId, reason, note, documentId, caller } = input;
    return this.commands.run(
      {
        operation: 'AdmitLateApplication',
        action: 'application.admitted',
        subject: `membership:${membershipId}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        const text = admit(await this.judgeApplication.execute(tx, membership), reason);
        if (documentId === '') throw decisionDocumentRequired();
        await this.documents.reference(documentId, { membershipId }, tx);
        const decided = { decision: 'ACCEPTED', reasonCode: reason, note, documentId } as const;
        const by = { decidedBy: caller.userId, decidedOn: today };
        await this.applications.decide(tx, membershipId, { ...decided, ...by });
        return { reason: text };
      },
    );
  }
}
