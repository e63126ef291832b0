import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';
import { type Options, ZipFile } from 'yazl';

export type Packed = {
  readonly name: string;
  readonly content?: Buffer;
  /** Of the header in a TAR archive. */
  readonly tar?: Partial<Headers> & { readonly pax?: Readonly<Record<string, string>> };
  /** Of the entry in a ZIP archive. */
  readonly zip?: Partial<Options>;
};

const nothing = Buffer.alloc(0);

export async function tgz(files: readonly Packed[]): Promise<Buffer> {
  const archive = pack();
  const bytes = buffer(archive);
  for (const { name, content = nothing, tar } of files) {
    const entry = archive.entry({ name, size: content.length, ...tar }, () => {});
    for (let at = 0; at < content.length; at += 65_536) {
      if (!entry.write(content.subarray(at, at + 65_536))) await once(entry, 'drain');
    }
    entry.end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  archive.finalize();
  return gzipSync(await bytes);
}

export async function zip(files: readonly Packed[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { name, content = nothing, zip: options } of files) {
    archive.addBuffer(content, name, options);
  }
  archive.end();
  return buffer(archive.outputStream);
}

/** Other bytes of the same length, wherever they stand. */
export function patched(archive: Buffer, from: string, to: string): Buffer {
  const text = archive.toString('latin1');
  if (!text.includes(from) || from.length !== to.length) throw new RangeError('nothing to patch');
  return Buffer.from(text.replaceAll(from, to), 'latin1');
}
