import { Injectable } from '@nestjs/common';
import type { RefuseApplicationRequest } from '#libs/contracts';
import type { Asked } from '#libs/identity';
import { Documents } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Applications } from './applications.pg.js';
import { type RefusalReason, refuse } from './domain/application-decision.js';
import { JudgeApplication } from './judge-application.js';
import { Memberships } from './memberships.pg.js';

export type RefuseApplicationInput = Asked<
  Omit<RefuseApplicationRequest, 'reasonCode'>,
  { reason: RefusalReason }
>;

/** The coordinator refuses an application, with reasons that cite the article (ADH-2, ADH-3). Nothing is published. */
@Injectable()
export class RefuseApplication {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly applications: Applications,
    private readonly judgeApplication: JudgeApplication,
    private readonly documents: Documents,
  ) {}

  /** Throws ApplicationDecided, NothingToDecide, DecisionDocumentRequired, DocumentUnknown. */
  execute(input: RefuseApplicationInput): Promise<{ reasons: string[] }> {
    const { membershipId, reason, note, documentId, caller } = input;
    return this.commands.run(
      {
        operation: 'RefuseApplication',
        action: 'membership.refused',
        subject: `membership:${membershipId}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        const document =
          documentId === ''
            ? undefined
            : await this.documents.reference(documentId, { membershipId }, tx);
        const judged = await this.judgeApplication.execute(tx, membership);
        const reasons = refuse(judged, reason, { note, document });
        await this.memberships.refuse(tx, membershipId, reasons);
        const decided = { decision: 'REFUSED', reasonCode: reason, note } as const;
        const by = { decidedBy: caller.userId, decidedOn: today, documentId: document?.documentId };
        await this.applications.decide(tx, membershipId, { ...decided, ...by });
        return { reasons };
      },
    );
  }
}
