import { Inject, Injectable } from '@nestjs/common';
import { isUai } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
import { Gauge, loggerToken, type Logger, registry } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { isLocalDate } from '#libs/time';
import { FolderUnknown } from '../../sources/sources.module.js';
import { DeclaredSources } from '../declared-sources/declared-sources.pg.js';
import { isFolderName } from '../drop-folder.js';
import { Imports } from '../imports.pg.js';
import { StartImport } from '../start-import.js';
import { DropArea, type LyingDelivery } from './drop-area.js';

type Seen = { readonly digest: string; readonly sinceMs: number; importId?: string };

const refused = new Gauge({
  name: 'ent_deliveries_refused',
  help: 'Deliveries that lie in the folder of their source and were refused before anything of them was read',
  labelNames: ['source'],
  registers: [registry],
});

const unreadable = new Gauge({
  name: 'ent_drop_area_unreadable',
  help: 'Folders of sources that the service cannot read, write and empty',
  labelNames: ['source'],
  registers: [registry],
});

/** The service itself: nobody asked, a delivery came. */
const itself: Caller = { userId: 'directory', grants: [], uais: [] };

/**
 * Starts the import of what lies whole in the folder of a source. Several processes may look: the same files are the same
 * import.
 */
@Injectable()
export class WatchDropArea {
  /** What was seen, by its folder; after a start everything is looked at anew. */
  private seen = new Map<string, Seen>();

  constructor(
    private readonly area: DropArea,
    private readonly sources: DeclaredSources,
    private readonly imports: Imports,
    private readonly startImport: StartImport,
    @Inject(loggerToken) private readonly logger: Logger,
    private readonly stableMs: number,
  ) {}

  /** One look; gives the imports that it started. */
  async look(nowMs: number): Promise<string[]> {
    const before = this.seen;
    this.seen = new Map();
    const started: string[] = [];
    const codes = await this.sources.codes();
    await this.area.prepare(codes);
    const lying = await this.area.ofSources(codes);
    for (const delivery of lying) {
      const { folder, snapshot } = delivery;
      const known = before.get(folder);
      before.delete(folder);
      if (known?.digest !== snapshot.digest) {
        this.seen.set(folder, { digest: snapshot.digest, sinceMs: nowMs });
        if (known) await this.area.forgetRefusal(folder);
        continue;
      }
      this.seen.set(folder, known);
      const isWhole = !snapshot.isPartial && nowMs - known.sinceMs >= this.stableMs;
      if (!isWhole || known.importId !== undefined) continue;
      const importId = await this.take(delivery);
      if (importId !== undefined) {
        known.importId = importId;
        started.push(importId);
      }
    }
    for (const [folder, { importId, digest }] of before)
      if (importId !== undefined) await this.tellEnd(folder, importId, digest);
    await this.showWhatLies(codes, lying);
    return started;
  }

  private async showWhatLies(codes: readonly string[], lying: readonly LyingDelivery[]) {
    refused.reset();
    for (const delivery of lying)
      if ((await this.area.refusalOf(delivery)) !== undefined)
        refused.inc({ source: delivery.sourceCode });
    unreadable.reset();
    for (const source of await this.area.unreadable(codes)) {
      unreadable.set({ source }, 1);
      this.logger.warn({ source }, 'the folder of a source cannot be read, written and emptied');
    }
  }

  private async take(delivery: LyingDelivery): Promise<string | undefined> {
    const { folder, sourceCode, snapshot } = delivery;
    if ((await this.area.refusalOf(delivery)) !== undefined) return undefined;
    const odd = oddIn(delivery);
    if (odd !== undefined) {
      await this.area.noteRefusal(folder, odd, snapshot.digest);
      return undefined;
    }
    try {
      await this.area.forgetRefusal(folder);
      const named = namedIn(folder);
      const { importId } = await this.startImport.execute({
        folder,
        sourceCode,
        ...named,
        caller: itself,
      });
      this.logger.info({ importId, source: sourceCode }, 'a delivery was taken from the drop area');
      return importId;
    } catch (error) {
      // Another process took it, and it has been read.
      if (error instanceof FolderUnknown) return undefined;
      if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
      await this.area.noteRefusal(folder, `${error.message} (${error.code})`, snapshot.digest);
      return undefined;
    }
  }

  /** Its files went: where the import was refused while they were read, who delivered is told. */
  private async tellEnd(folder: string, importId: string, digest: string): Promise<void> {
    const { state, remarks } = await this.imports.get(importId);
    if (state !== 'REFUSED') return;
    const reason = remarks.map(({ message, code }) => `${message} (${code})`).join(' ');
    await this.area.noteRefusal(folder, reason, digest);
  }
}

/** Why it can be no import, before anything of it is read. */
function oddIn({ folder, snapshot: { oddFile } }: LyingDelivery): string | undefined {
  if (oddFile !== '')
    return `${oddFile} est un lien ou un fichier spécial : déposez les fichiers eux-mêmes (NOT_A_FILE).`;
  if (isFolderName(folder)) return undefined;
  return 'Ce nom n’est pas utilisable : renommez ce dépôt avec des lettres sans accent, des chiffres, des points et des tirets, sans espace (NAME_REFUSED).';
}

/** The day of the data and the school, where whoever delivers writes them into the name: `2025-09-15_0440001A.csv`. */
function namedIn(folder: string): { datedOn?: string; uai?: string } {
  const name = folder.split('/').at(-1)!;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(name)?.[0] ?? '';
  const uai = /(?<![0-9A-Za-z])\d{7}[A-Z](?![0-9A-Za-z])/.exec(name)?.[0] ?? '';
  return { ...(isLocalDate(day) ? { datedOn: day } : {}), ...(isUai(uai) ? { uai } : {}) };
}
