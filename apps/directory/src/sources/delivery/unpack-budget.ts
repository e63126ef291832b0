import { unreadable } from '../source-problems.js';
import type { DeliveredFile } from './delivery.js';

/** A million people are about 2 GB of XML in 600 files. */
export const unpackLimits = {
  entries: 5_000,
  bytes: 8 * 1024 ** 3,
  /** XML of people packs 10 to 60 times; a bomb a thousand times. */
  ratio: 200,
  /** Below it the ratio says nothing. */
  ratioFreeBytes: 16 * 1024 ** 2,
};

type NameInArchive = Pick<DeliveredFile, 'name' | 'folder'>;

/** What a delivery may become while it is unpacked: counted as it comes, announced sizes are not trusted. */
export class UnpackBudget {
  private entries = 0;
  private bytes = 0;
  private readonly files = new Set<string>();

  constructor(
    private readonly archive: string,
    private readonly packedBytes: number,
    private readonly counts: (folder: string) => boolean = () => false,
    private readonly limits = unpackLimits,
  ) {}

  /**
   * Counts an entry and gives its name without folders, and the one in which it lies if that counts. Throws
   * SourceUnreadable for too many, and for a name that leads out of the archive.
   */
  entry(path: string): NameInArchive {
    this.entries += 1;
    if (this.entries > this.limits.entries) throw unreadable(this.archive, 'TOO_MANY_FILES');
    const parts = path.split('/');
    const leadsOut =
      path.startsWith('/') ||
      /[\\\p{C}]/u.test(path) ||
      /^[A-Za-z]:/.test(path) ||
      parts.includes('..');
    if (leadsOut) throw unreadable(path, 'PATH_REFUSED');
    const named = parts.filter((part) => part !== '' && part !== '.');
    const folder = named.at(-2) ?? '';
    return { name: named.at(-1) ?? '', folder: this.counts(folder) ? folder : '' };
  }

  /** Two files of one name: which one is meant nobody knows. */
  file({ name, folder }: NameInArchive): void {
    const path = `${folder}/${name}`;
    if (this.files.has(path)) throw unreadable(name, 'FILE_TWICE');
    this.files.add(path);
  }

  /** Counts bytes that were unpacked. */
  unpacked(bytes: number): void {
    this.bytes += bytes;
    const stretched =
      this.bytes > this.limits.ratioFreeBytes && this.bytes > this.packedBytes * this.limits.ratio;
    if (stretched || this.bytes > this.limits.bytes) throw unreadable(this.archive, 'TOO_LARGE');
  }
}
