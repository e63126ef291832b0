import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of an archive; its content is fetched when its turn comes, so that one at a time is in memory. */
export type ArchiveFile = {
  readonly path: string;
  /** Lower-case hexadecimal, where it is known beforehand: another content breaks the archive off. */
  readonly sha256?: string;
  readonly content: () => Promise<Uint8Array>;
};

/** Name of the last file: digest and path of each other one, as `sha256sum -c` reads them. */
export const sumsFile = 'SHA256SUMS';

/** The content does not have the digest that the index states. */
export class ArchiveFileCorrupt extends Error {
  override readonly name = 'ArchiveFileCorrupt';
}

/**
 * A ZIP of these files in this order, then their digests. An archive that cannot be completed ends in an
 * error, never in a file that looks whole. `on`: the day that every entry bears.
 */
export function archiveOf(files: readonly ArchiveFile[], on: string): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => void output.destroy(error));
  const options = { mtime: new Date(`${on}T12:00:00Z`), forceDosTimestamp: true };
  const sums: string[] = [];
  const add = (path: string, content: () => Promise<Uint8Array>) =>
    zip.addReadStreamLazy(path, options, (give) => {
      content().then(
        (bytes) => give(null, Readable.from([bytes])),
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  for (const { path, sha256, content } of files) {
    add(path, async () => {
      const bytes = await content();
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== undefined && sha256 !== digest) throw new ArchiveFileCorrupt(path);
      sums.push(`${digest}  ${path}\n`);
      return bytes;
    });
  }
  add(sumsFile, () => Promise.resolve(Buffer.from(sums.join(''))));
  zip.end();
  return output;
}
