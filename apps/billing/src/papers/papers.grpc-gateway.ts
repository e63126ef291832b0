import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DocumentService } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { DomainError } from '#libs/problems';
import type { ProposalPaper } from '#libs/proposals';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { PaperNotDeposited } from '#libs/trade';
import { MembershipAddress } from '../membership-address.js';
import { Papers } from './papers.gateway.js';

/** Whoever answers a contest must see what it rests on: membership gives the supplier no other of a member's file (SUP-3). */
const readBySupplier = ['INVOICE_CONTEST', 'ANNEXE2', 'ORDER', 'CORRECTION_AGREEMENT'];

@Injectable()
export class PapersGateway extends Papers implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof DocumentService>;

  constructor({ address }: MembershipAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('membership'));
    this.client = createRpcClient(DocumentService, { address, token });
  }

  async ofMarket(
    documentId: string,
    { marketCode, kind }: { readonly marketCode: string; readonly kind: 'BPU' | 'RIB' },
  ): Promise<ProposalPaper> {
    const document = documentId === '' ? undefined : await this.find(documentId);
    if (
      document?.kind !== kind ||
      document.marketCode !== marketCode ||
      document.organisationId !== ''
    ) {
      throw new PaperNotDeposited(
        `Déposez d’abord le ${kind} dans le dossier du marché : le coordinateur vérifie la proposition contre cette pièce.`,
        { kind },
      );
    }
    return { documentId, sha256: document.sha256 };
  }

  async ofMember(
    documentId: string,
    {
      marketCode,
      organisationId,
    }: { readonly marketCode: string; readonly organisationId: string },
  ): Promise<ProposalPaper> {
    const document = await this.find(documentId);
    if (
      document?.marketCode !== marketCode ||
      document.organisationId !== organisationId ||
      !readBySupplier.includes(document.kind)
    ) {
      throw new PaperNotDeposited(
        'Cette pièce n’est pas dans le dossier du membre, ou le titulaire ne peut pas la lire : déposez-la comme pièce de contestation (INVOICE_CONTEST), puis recommencez.',
      );
    }
    return { documentId, sha256: document.sha256 };
  }

  private async find(documentId: string) {
    try {
      return (await this.client.getDocument({ documentId })).document;
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'not-found') return undefined;
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}
