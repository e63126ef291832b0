import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  deliveredName,
  readOf,
  type Upload,
  uploadFilesMax,
  UploadBeyondLimit,
  UploadFileRefused,
  UploadIncomplete,
  UploadOutOfOrder,
  UploadUnknown,
} from '../domain/upload.js';

const underWay = '.upload-';
/** Of a file that has not come whole. */
const part = '.part';
/** Where uploads lie that an import is to read: no source can be called so, and the watcher leaves it alone. */
export const uploaded = '_envois';

export type UploadPiece = {
  readonly fileName: string;
  /** Bytes before it. */
  readonly offset: number;
  readonly content: Uint8Array;
  /** The file is whole with it. */
  readonly last: boolean;
};

/** The bytes of uploads, in the drop area: under a name with a dot, which nothing reads, until all has come. */
export class UploadFiles {
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
  }

  async begin(uploadId: string): Promise<void> {
    await mkdir(this.folderOf(uploadId), { mode: 0o700, recursive: true });
  }

  /** Throws UploadUnknown, UploadFileRefused, UploadOutOfOrder, UploadBeyondLimit. Gives how much of the file has come. */
  async write(
    { uploadId, bytesMax }: Upload,
    { fileName, offset, content, last }: UploadPiece,
  ): Promise<number> {
    const folder = this.folderOf(uploadId);
    const name = deliveredName(fileName);
    const sizes = await sizesIn(folder);
    if (sizes.has(name)) {
      throw new UploadFileRefused(
        'Deux fichiers de cet envoi portent le même nom : renommez-en un.',
      );
    }
    const received = sizes.get(name + part) ?? 0;
    if (received !== offset) throw new UploadOutOfOrder(received);
    if (!sizes.has(name + part) && sizes.size >= uploadFilesMax) {
      throw new UploadFileRefused(
        `Cet envoi compte plus de ${uploadFilesMax} fichiers : envoyez une archive (.zip).`,
      );
    }
    const whole = [...sizes.values()].reduce((sum, size) => sum + size, content.length);
    if (whole > bytesMax) throw new UploadBeyondLimit(bytesMax);
    const path = join(folder, name);
    // The same piece may be on its way twice: a file begins once, and goes on only while it is not whole.
    const begins = offset === 0 ? constants.O_CREAT | constants.O_EXCL : 0;
    const flags = constants.O_WRONLY | constants.O_NOFOLLOW | begins;
    const file = await open(path + part, flags, 0o600).catch(takenMeanwhile(offset));
    try {
      const { bytesWritten } = await file.write(content, 0, content.length, offset);
      if (bytesWritten < content.length) throw new RangeError('the drop area took half a piece');
    } finally {
      await file.close();
    }
    if (last) {
      if (offset + content.length === 0)
        throw new UploadFileRefused('Ce fichier est vide : choisissez-en un autre.');
      await rename(path + part, path).catch(takenMeanwhile(offset));
    }
    return offset + content.length;
  }

  /**
   * Lays what has come down where an import reads it, and gives the name to import: the same files of a source have the
   * same one. Throws UploadUnknown, UploadIncomplete, UploadFileRefused.
   */
  async layDown({ uploadId, sourceCode }: Upload): Promise<string> {
    const folder = this.folderOf(uploadId);
    const names = [...(await sizesIn(folder)).keys()].sort();
    if (names.some((name) => name.endsWith(part))) throw new UploadIncomplete();
    const read = readOf(names);
    const digest = createHash('sha256');
    for (const name of names) {
      digest.update(`\0${name}\0`);
      for await (const piece of createReadStream(join(folder, name)))
        digest.update(piece as Buffer);
    }
    const place = join(uploaded, sourceCode, digest.digest('hex').slice(0, 32));
    await mkdir(join(this.root, uploaded, sourceCode), { mode: 0o700, recursive: true });
    try {
      await rename(folder, join(this.root, place));
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
      // The same files wait there already.
      await this.remove(uploadId);
    }
    return read === '' ? place : join(place, read);
  }

  async remove(uploadId: string): Promise<void> {
    await rm(this.folderOf(uploadId), { recursive: true, force: true });
  }

  /** Uploads to which nothing was added since. */
  async forgottenSince(atMs: number): Promise<string[]> {
    const names = (await readdir(this.root)).filter((name) => name.startsWith(underWay));
    const forgotten = [];
    for (const name of names) {
      const files = await readdir(join(this.root, name)).catch(() => []);
      const paths = [name, ...files.map((file) => join(name, file))];
      const changes = await Promise.all(paths.map((path) => changedAtMs(join(this.root, path))));
      if (Math.max(...changes) < atMs) forgotten.push(name.slice(underWay.length));
    }
    return forgotten;
  }

  private folderOf(uploadId: string): string {
    return join(this.root, underWay + uploadId);
  }
}

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const names = await readdir(folder).catch(goneIsUnknown);
  const sizes = await Promise.all(
    names.map(async (name) => (await lstat(join(folder, name))).size),
  );
  return new Map(names.map((name, at) => [name, sizes[at]!]));
}

/** Completed or given up by another request a moment ago. */
function goneIsUnknown(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? new UploadUnknown() : error;
}

/** By another request with the same piece; or the whole upload is gone. */
const takenMeanwhile =
  (offset: number) =>
  (error: NodeJS.ErrnoException): never => {
    const isTaken = error.code === 'EEXIST' || (error.code === 'ENOENT' && offset > 0);
    if (isTaken) throw new UploadOutOfOrder(offset);
    return goneIsUnknown(error);
  };

const changedAtMs = (path: string): Promise<number> =>
  lstat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => 0,
  );
