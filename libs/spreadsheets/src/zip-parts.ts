import { crc32 } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { limits } from './limits.js';
import { damaged, SpreadsheetRefused } from './spreadsheet-refused.js';

/**
 * The parts of an XLSX or ODS file. Nothing is inflated before it is asked for, and what is asked
 * for is counted while it inflates: announced sizes are a first check, not trusted.
 */
export class ZipParts {
  private inflated = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws SpreadsheetRefused for what is no archive, for a bomb by its own words, for a password. */
  static async open(content: Buffer): Promise<ZipParts> {
    const entries = new Map<string, Entry>();
    try {
      const zip = await fromBufferPromise(content, { strictFileNames: true });
      if (zip.entryCount > limits.entries) throw expandsTooMuch();
      let announced = 0;
      for await (const entry of zip.eachEntry()) {
        announced += entry.uncompressedSize;
        if (announced > limits.unzippedBytes) throw expandsTooMuch();
        if (entry.isEncrypted()) throw encrypted();
        // Two parts of one name: what we read might not be what the office's spreadsheet shows.
        if (entries.has(entry.fileName)) throw damaged();
        entries.set(entry.fileName, entry);
      }
      return new ZipParts(zip, entries);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Inflates a part piece by piece; stops at the bounds, before the next piece is kept. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry?.canDecodeFileData()) throw damaged();
    let ofPart = 0;
    let checksum = 0;
    try {
      const stream = await this.zip.openReadStreamPromise(entry);
      for await (const piece of stream as AsyncIterable<Buffer>) {
        ofPart += piece.length;
        this.inflated += piece.length;
        checksum = crc32(piece, checksum);
        const stretched =
          ofPart > limits.ratioFreeBytes && ofPart > limits.ratio * entry.compressedSize;
        if (this.inflated > limits.unzippedBytes || stretched) throw expandsTooMuch();
        yield piece;
      }
      // Last, since it takes the whole part: nothing may be decided on its rows before.
      if (checksum !== entry.crc32) throw damaged();
    } catch (error) {
      throw asRefusal(error);
    }
  }

  /** A small part as text; its readers stop at `limits.ratioFreeBytes`. */
  async text(name: string): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.read(name)) {
      bytes += piece.length;
      if (bytes > limits.ratioFreeBytes) throw expandsTooMuch();
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}

/** The archive library and zlib throw errors of every sort for what they cannot read. */
function asRefusal(error: unknown): SpreadsheetRefused {
  if (error instanceof SpreadsheetRefused) return error;
  return /strong encryption/.test(String(error)) ? encrypted() : damaged();
}

export const encrypted = () =>
  new SpreadsheetRefused(
    'FILE_ENCRYPTED',
    'Le fichier est protégé par un mot de passe : enregistrez-le sans protection.',
  );

export const expandsTooMuch = () =>
  new SpreadsheetRefused(
    'FILE_EXPANDS_TOO_MUCH',
    'Une fois décompressé, le fichier serait démesuré : copiez le tableau seul dans un nouveau fichier.',
  );
