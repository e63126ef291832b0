import { Injectable } from '@nestjs/common';
import type { SendDocumentRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Documents, DocumentUnknown } from '../../documents/documents.module.js';
import { Commands } from '#libs/commands';
import { Dispatches } from './dispatches.pg.js';
import { checkKind, recipientsOf } from './domain/dispatch.js';

export type Sent = { readonly sent: number; readonly passedOver: number };

/** The coordinator sends each member what it needs to execute its market (GOV-4, art. 4.1). */
@Injectable()
export class SendDocument {
  constructor(
    private readonly commands: Commands,
    private readonly dispatches: Dispatches,
    private readonly documents: Documents,
  ) {}

  /** Who has it already is passed over. Throws DocumentUnknown, NotForExecution, RecipientUnknown, NoRecipient. */
  execute(input: Asked<SendDocumentRequest>): Promise<Sent> {
    const { marketCode, documentId, membershipIds, caller } = input;
    requireMarket(caller, marketCode);
    return this.commands.run(
      {
        operation: 'SendDocument',
        action: 'document.sent',
        subject: `document:${documentId}`,
        restsOn: documentId,
      },
      input,
      async (tx, today) => {
        const document = await this.documents.find(documentId);
        if (!document || document.marketCode !== marketCode) {
          throw new DocumentUnknown(
            'Ce document n’est pas parmi ceux du marché : déposez-le d’abord, puis recommencez.',
            { documentId },
          );
        }
        const kind = checkKind(input.kind, document.kind);
        const { organisationId } = document;
        const concerned = await this.dispatches.concerned(tx, marketCode, organisationId);
        const recipients = recipientsOf(concerned, membershipIds);
        const sent = await this.dispatches.add(tx, {
          membershipIds: recipients,
          kind,
          document,
          sentOn: today,
          sentBy: caller.userId,
        });
        return { sent, passedOver: recipients.length - sent };
      },
    );
  }
}
