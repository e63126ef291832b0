import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { MarketReader } from '../markets/markets.reader.js';
import { Annexes } from './commitments.repository.js';
import { commitmentOf } from './domain/annexe2.js';
import { checkNotFrozen } from './domain/annexe2-freeze.js';
import { PublishCommitment } from './publish-commitment.js';

export class Annexe2Superseded extends defineProblem('ANNEXE2_SUPERSEDED', 'conflict') {}
export class VerifierIsImporter extends defineProblem('VERIFIER_IS_IMPORTER', 'conflict') {}

/** Somebody else than who typed it has compared the transcription with the signed document (COM-1): now it is C. */
@Injectable()
export class VerifyAnnexe2 {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly annexes: Annexes,
    private readonly markets: MarketReader,
    private readonly publishCommitment: PublishCommitment,
    private readonly businessDate: BusinessDate,
  ) {}

  /** `sha256` says which file was compared; verifying it again changes nothing. Throws Annexe2Frozen (COM-3). */
  execute(input: { membershipId: string; sha256: string; caller: Caller }): Promise<void> {
    const { membershipId, sha256, caller } = input;
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const dossier = await this.annexes.findForUpdate(tx, membershipId);
      if (!dossier) throw new NotVisible();
      requireMarket(caller, dossier.marketCode);
      const { latest, status } = dossier;
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
      const { market } = await this.markets.find(dossier.marketCode, tx);
      checkNotFrozen({
        status,
        today,
        adhesionDeadline: market.calendar.adhesionDeadline,
        datedOn: latest.datedOn,
        hasVerified: dossier.hasVerified,
      });
      await this.annexes.markVerified(tx, latest.id, caller.userId, today);
      const commitment = commitmentOf(await this.annexes.linesOf(tx, latest.id), market.items);
      await this.annexes.saveCommitment(tx, membershipId, commitment);
      // Before acceptance nobody else knows the membership: acceptance tells its commitment.
      if (status === 'ACCEPTED') await this.publishCommitment.execute(tx, membershipId, today);
      await audit(tx, {
        action: 'annexe2.verified',
        subject: `membership:${membershipId}`,
        actor: caller.userId,
        restsOn: sha256,
        businessDate: today,
        details: { commitment },
      });
    });
  }
}
