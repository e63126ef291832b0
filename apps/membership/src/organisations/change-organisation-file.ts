import { Injectable } from '@nestjs/common';
import { type Caller, hasRole, NotVisible, requireMarket, within } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import type { AuditAction } from '#libs/trade';
import { requireVersion } from './domain/organisation.js';
import { OrganisationFiles } from './organisation-files.pg.js';

export type FileChange = {
  readonly marketCode: string;
  readonly organisationId: string;
  /** Of the file as it was read. */
  readonly version: number;
  readonly caller: Caller;
  /** Absent where the version alone makes a repetition harmless. */
  readonly idempotencyKey?: string;
};

/** What stands around every change of an organisation's file: rights, version, journal (ADH-1). */
@Injectable()
export class ChangeOrganisationFile {
  constructor(
    private readonly commands: Commands,
    private readonly files: OrganisationFiles,
  ) {}

  /** Throws NotVisible, OrganisationFileStale. `request` goes into the journal: it holds no personal data. */
  execute<T extends object>(
    change: FileChange,
    command: { readonly operation: string; readonly action: AuditAction },
    request: Readonly<Record<string, unknown>>,
    work: (tx: Transaction, today: LocalDate) => Promise<T>,
  ): Promise<T & { version: number }> {
    const { marketCode, organisationId, version: expected, caller, idempotencyKey = '' } = change;
    const file = { marketCode, organisationId, version: expected };
    return this.commands.run(
      { ...command, subject: `organisation:${organisationId}` },
      { ...request, ...file, caller, idempotencyKey },
      async (tx, today) => {
        requireMarket(caller, marketCode);
        if (!mayChangeFile(within(caller, marketCode), organisationId)) throw new NotVisible();
        const version = await this.files.versionForUpdate(tx, organisationId, marketCode);
        if (version === undefined) throw new NotVisible();
        requireVersion(version, expected);
        const done = await work(tx, today);
        await this.files.setVersion(tx, organisationId, version + 1);
        return { ...done, version: version + 1 };
      },
    );
  }
}

/** Of a market: the coordinator for everybody, a member for itself: its orderer and its finance department. */
export function mayChangeFile(caller: Caller, organisationId: string): boolean {
  if (hasRole(caller, 'coordinator', 'player')) return true;
  return caller.organisationId === organisationId;
}

/** The supplier invoices by Chorus Pro data and contacts; the others as they may change it, or read their own. */
export function mayReadFile(caller: Caller, organisationId: string): boolean {
  return hasRole(caller, 'supplier') || mayChangeFile(caller, organisationId);
}
