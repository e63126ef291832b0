import { Injectable } from '@nestjs/common';
import {
  type AcademyDirectories,
  DeltaSource,
  type DirectorySource,
  type SourceFormats,
} from '../sources/sources.module.js';
import { askAcademy } from './academies/ask-academy.js';
import { DeliveryChanged } from './domain/directory-import.js';
import { holdsStatements } from './domain/source-declaration.js';
import type { DropFolder } from './drop-folder.js';
import type { OpenImport } from './open-import.pg.js';

export type ImportOutcome = 'COMPLETED' | 'HELD' | 'REFUSED' | 'STOPPED';

/** A plan that does not hold is made anew; a directory that moves each time is a fault. */
const plansMax = 5;

/** Keeps what was delivered, plans, applies what may be. Interrupted anywhere, it goes on from there (DIR-3). */
@Injectable()
export class RunImport {
  constructor(
    private readonly formats: Pick<SourceFormats, 'of'>,
    private readonly dropFolder: DropFolder,
    private readonly academies: Pick<AcademyDirectories, 'of'>,
  ) {}

  /** Throws SourceUnreadable, DeliveryChanged, DeliveryOlder, LdapIncident. `stopping` is asked between batches. */
  async execute(open: OpenImport, stopping: () => boolean = () => false): Promise<ImportOutcome> {
    if (!open.work.isDelivered && !(await this.deliver(open, stopping))) return 'STOPPED';
    for (let plans = 0; plans < plansMax; plans += 1) {
      const planId = await open.plans.current();
      const outcome = await this.apply(open, planId, stopping);
      if (outcome === 'STOPPED') return outcome;
      if (outcome === 'DONE') return open.parts.conclude();
      await open.plans.outdate(planId);
    }
    throw new RangeError(`${plansMax} plans of import ${open.work.importId} did not hold`);
  }

  /** False when it was stopped: it begins again. */
  private async deliver(open: OpenImport, stopping: () => boolean): Promise<boolean> {
    const { source } = open.work;
    if (source.kind === 'LDAP') return askAcademy(this.academies, open, stopping);
    const folder = this.dropFolder.pathOf(open.work.folder);
    const format = this.formats.of(source.kind);
    await open.delivery.begin();
    const isRead =
      open.work.extent === 'DELTA'
        ? await this.readDelta(open, format, stopping)
        : await this.readFull(open, format, stopping);
    if (!isRead) return false;
    // What was read is what was asked for, also where somebody laid other files down meanwhile.
    const { fingerprint, states } = await format.inventory(folder);
    if (fingerprint !== open.work.fingerprint) throw new DeliveryChanged();
    await open.delivery.keep({ states, carriedUais: open.delta.carriedUais });
    return true;
  }

  private async readFull(
    { work, delivery }: OpenImport,
    format: DirectorySource,
    stopping: () => boolean,
  ): Promise<boolean> {
    const { source, datedOn, uai } = work;
    const options = {
      ...{ datedOn, withAttributes: holdsStatements(source) },
      ...(uai === '' ? {} : { uai }),
      ...(source.kind === 'ONDE' ? { namesakes: await delivery.namesakes() } : {}),
    };
    for await (const records of format.read(this.dropFolder.pathOf(work.folder), options)) {
      await delivery.stage(records);
      if (stopping()) return false;
    }
    return true;
  }

  private async readDelta(
    { work, delivery, delta }: OpenImport,
    format: DirectorySource,
    stopping: () => boolean,
  ): Promise<boolean> {
    if (!(format instanceof DeltaSource)) throw new RangeError(`${work.source.kind} has no deltas`);
    await delta.begin();
    for await (const changes of format.readDelta(this.dropFolder.pathOf(work.folder))) {
      await delta.take(format, changes);
      if (stopping()) return false;
    }
    for await (const statements of delta.statements(format)) await delivery.stageHeld(statements);
    return true;
  }

  private async apply(
    open: OpenImport,
    planId: string,
    stopping: () => boolean,
  ): Promise<'DONE' | 'STALE' | 'STOPPED'> {
    for (;;) {
      const part = await open.parts.next(planId);
      if (!part) return 'DONE';
      await open.parts.applySchools(part);
      let outcome = await open.parts.applyBatch(part);
      while (outcome === 'MORE') {
        if (stopping()) return 'STOPPED';
        outcome = await open.parts.applyBatch(part);
      }
      await open.parts.complete(part, outcome === 'DONE');
      if (outcome === 'STALE') return outcome;
    }
  }
}
