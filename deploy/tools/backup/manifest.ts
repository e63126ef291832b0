import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { serviceNames } from '#libs/contracts';
import { defineProblem } from '#libs/problems';

export class NoBackup extends defineProblem('NO_BACKUP', 'not-found') {}

const count = z.string().regex(/^\d{1,19}$/);
const file = z.strictObject({
  // Nothing outside the folder is ever read or written by what a manifest says.
  path: z
    .string()
    .regex(
      /^(databases\/[a-z]+\.dump|documents\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}|anchors\/[a-z]+\/\d{4}-\d\d-\d\d\.jsonl|fact-keys\/ring\.json)$/,
    ),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const database = z.strictObject({
  service: z.enum(serviceNames),
  database: z.string().min(1),
  /** Which server and which database on it: a restored one is another. */
  systemIdentifier: count,
  databaseOid: count,
  serverMajor: z.int(),
  /** Of the same snapshot as the dump. */
  snapshotAt: z.iso.datetime(),
  businessDay: z.iso.date().nullable(),
  nextSeq: count,
  outboxPending: count,
  positions: z.array(z.strictObject({ topic: z.string(), partition: z.int(), nextOffset: count })),
});
const manifestShape = z.strictObject({
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  databases: z.array(database),
  documents: z.enum(['FILES', 'ELSEWHERE']),
  /** What the database of membership names and the store did not have. */
  documentsMissing: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  files: z.array(file),
});

export type BackedUpDatabase = z.infer<typeof database>;
export type BackedUpFile = z.infer<typeof file>;
export type Manifest = z.infer<typeof manifestShape>;

export const manifestName = 'manifest.json';
/** As `sha256sum --check` reads it: the manifest itself may be damaged, too. */
export const manifestDigestName = 'manifest.sha256';
export const dumpOf = (service: string) => `databases/${service}.dump`;

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifestShape.parse(manifest), undefined, 2)}\n`;
  const digest = createHash('sha256').update(text).digest('hex');
  await writeDurably(join(folder, manifestName), text);
  await writeDurably(join(folder, manifestDigestName), `${digest}  ${manifestName}\n`);
}

/** Throws NoBackup where there is none that is whole. */
export async function readManifest(folder: string): Promise<Manifest> {
  const read = (name: string) => readFile(join(folder, name)).catch(() => undefined);
  const [text, digest] = [await read(manifestName), await read(manifestDigestName)];
  if (!text || !digest) {
    throw new NoBackup(
      `${folder} n’est pas une sauvegarde : il y manque ${manifestName}. Donnez un nom de backup list, ou un chemin.`,
    );
  }
  const isWhole = digest.toString().startsWith(createHash('sha256').update(text).digest('hex'));
  const parsed = isWhole && manifestShape.safeParse(parsedJson(text));
  if (!parsed || !parsed.success) {
    throw new NoBackup(
      `${folder} : ${manifestName} est abîmé ou d’une autre version. Prenez une autre sauvegarde (backup list).`,
    );
  }
  return parsed.data;
}

function parsedJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

export async function fileAt(folder: string, path: string): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, path))) hash.update(chunk as Buffer);
  return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest('hex') };
}

export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
