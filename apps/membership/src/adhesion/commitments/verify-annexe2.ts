import { Injectable } from '@nestjs/common';
import type { VerifyAnnexe2Request } from '#libs/contracts';
import { Commands, type Journal } from '#libs/commands';
import { type Asked, requireInMarket } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { Documents } from '../../documents/documents.module.js';
import { Markets } from '../../contract/markets/markets.module.js';
import { type Annexe2Dossier, Annexes, type SignedAnnexe2 } from './annexes.pg.js';
import { checkNotFrozen, commitmentOf } from './domain/annexe2.js';
import { PublishCommitment } from './publish-commitment.js';

export class Annexe2Superseded extends defineProblem('ANNEXE2_SUPERSEDED', 'conflict') {}
export class VerifierIsImporter extends defineProblem('VERIFIER_IS_IMPORTER', 'conflict') {}
export class DocumentNotAnnexe2 extends defineProblem('DOCUMENT_NOT_ANNEXE2', 'invalid') {}

export type VerifyAnnexe2Input = Asked<
  VerifyAnnexe2Request,
  {
    /** With what: the signed annex 2 as it was uploaded. Empty: the paper itself. */ signedDocumentId?: string;
  }
>;

/** Somebody else than who typed it has compared the transcription with the signed document (COM-1): now it is C. */
@Injectable()
export class VerifyAnnexe2 {
  constructor(
    private readonly commands: Commands,
    private readonly annexes: Annexes,
    private readonly markets: Markets,
    private readonly publishCommitment: PublishCommitment,
    private readonly documents: Documents,
  ) {}

  /**
   * Verifying it again changes nothing. Throws Annexe2Superseded, VerifierIsImporter, Annexe2Frozen (COM-3),
   * DocumentUnknown, DocumentNotAnnexe2; each leaves an entry.
   */
  execute(input: VerifyAnnexe2Input): Promise<void> {
    const { caller, ...request } = input;
    const { membershipId, sha256 } = request;
    return this.commands.attempt(
      {
        operation: 'VerifyAnnexe2',
        action: 'annexe2.verified',
        request,
        caller,
        // As asked, and no longer than a digest is.
        refused: { subject: `membership:${membershipId}`, restsOn: sha256.slice(0, 64) },
      },
      async (tx, today, journal) => {
        const dossier = requireInMarket(caller, await this.annexes.findForUpdate(tx, membershipId));
        await this.verify(tx, input, dossier, today, journal);
      },
    );
  }

  private async verify(
    tx: Transaction,
    input: VerifyAnnexe2Input,
    dossier: Annexe2Dossier,
    today: LocalDate,
    journal: Journal,
  ): Promise<void> {
    const { membershipId, sha256, caller } = input;
    const { latest, status, marketCode, hasVerified } = dossier;
    if (latest?.sha256 !== sha256) {
      throw new Annexe2Superseded(
        'Ce fichier n’est pas la dernière annexe 2 saisie : relisez la dernière version.',
        { membershipId, latest: latest?.sha256 ?? '' },
      );
    }
    if (latest.verifiedBy !== undefined) return;
    if (latest.importedBy === caller.userId) {
      throw new VerifierIsImporter(
        'La vérification revient à une autre personne que celle qui a saisi l’annexe 2.',
        { membershipId },
      );
    }
    const { market } = await this.markets.find(marketCode, tx);
    const { adhesionDeadline } = market.calendar;
    checkNotFrozen({ status, today, adhesionDeadline, datedOn: latest.datedOn, hasVerified });
    const signed = await this.signedOf(tx, input);
    await this.annexes.markVerified(tx, latest.id, { by: caller.userId, on: today, signed });
    const commitment = commitmentOf(await this.annexes.linesOf(tx, latest.id), market.items);
    await this.annexes.saveCommitment(tx, membershipId, commitment);
    // Before acceptance nobody else knows the membership: acceptance tells its commitment.
    if (status === 'ACCEPTED') await this.publishCommitment.execute(tx, membershipId, today);
    await journal({
      restsOn: signed?.sha256 ?? sha256,
      details: { commitment, transcription: sha256, ...signed },
    });
  }

  /** Read with the decision, so that what proves it is a document of this member. Throws DocumentUnknown. */
  private async signedOf(
    tx: Transaction,
    { membershipId, signedDocumentId = '' }: VerifyAnnexe2Input,
  ): Promise<SignedAnnexe2 | undefined> {
    if (signedDocumentId === '') return undefined;
    const found = await this.documents.reference(signedDocumentId, { membershipId }, tx);
    const { documentId, sha256, kind } = found;
    if (kind === 'ANNEXE2') return { documentId, sha256 };
    throw new DocumentNotAnnexe2(
      'Ce document n’est pas une annexe 2 : indiquez l’annexe 2 signée, déposée dans le dossier.',
      { documentId, kind },
    );
  }
}
