import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { type ContractReport, ContractReports, type KeptReport } from './contract-reports.pg.js';

export class EntContractOlder extends defineProblem('ENT_CONTRACT_OLDER', 'conflict') {}

/** Keeps what a run of the contract found, where level 3 reads how the connector stands. */
@Injectable()
export class RecordContract {
  constructor(
    private readonly commands: Commands,
    private readonly reports: ContractReports,
  ) {}

  /** Throws EntContractOlder. */
  async execute(report: ContractReport, caller: Caller): Promise<KeptReport> {
    const { address, level, ranAt, confirmed, cases } = report;
    const different = cases.filter(({ verdict }) => verdict === 'DIFFERENT').length;
    const details = { address, level, ranAt, confirmed, different };
    return this.commands.attempt(
      {
        operation: 'RecordEntContract',
        action: 'ent-contract.recorded',
        request: details,
        caller,
        refused: { subject: 'ent:contract', details },
      },
      async (tx, on, journal) => {
        const isKept = await this.reports.keep(tx, report, { userId: caller.userId, on });
        if (!isKept) throw older();
        await journal({ details });
        return { ...report, recordedOn: on };
      },
    );
  }
}

const older = () =>
  new EntContractOlder(
    'Un rapport plus récent est déjà gardé, ou l’heure de celui-ci est à venir : rien n’est changé. Vérifiez l’heure de la machine, puis recommencez.',
  );
