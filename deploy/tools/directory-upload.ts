import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DirectoryService } from '#libs/contracts';
import type { RpcClient } from '#libs/rpc';
import { linesOf } from './directory-import-lines.js';
import { askService } from './ent/ask.js';
import { type Given, pathOf, status, UsageError } from './ent/command.js';

export const sent = {
  source: { type: 'string' },
  'dated-on': { type: 'string' },
  uai: { type: 'string' },
  'plan-only': { type: 'boolean' },
} as const;
/** As many as one upload takes. */
export const fileCounts = Array.from({ length: 20 }, (_, index) => index + 1);

const pieceBytes = 512 * 1024;

type Client = RpcClient<typeof DirectoryService>;

/** `directory upload FILE… --source CODE`: from any machine, an archive or tables; nothing stays of one that breaks off. */
export async function upload(given: Given) {
  const source = given.text('source');
  if (source === undefined)
    throw new UsageError(
      '--source : la source déclarée qui livre est attendue (directory sources).',
    );
  const paths = given.operands.map(pathOf);
  let bytes = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) throw new UsageError(`Fichier introuvable : ${path}`);
    bytes += found.size;
  }
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    const { uploadId } = await client.beginUpload({
      source,
      uai: given.text('uai') ?? '',
      datedOn: given.text('dated-on') ?? '',
      planOnly: given.isSet('plan-only'),
      // More than a message can say is more than any limit.
      bytes: Math.min(bytes, 2 ** 31 - 1),
    });
    try {
      for (const path of paths) await sendFile(client, uploadId, path);
      const { importId } = await client.completeUpload({ uploadId });
      return await client.getImport({ importId });
    } catch (error) {
      await client.cancelUpload({ uploadId }).catch(() => undefined);
      throw error;
    }
  });
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...linesOf(answer.import),
      'L’import se poursuit sans cette commande : npm run ent -- directory imports dit où il en est.',
    ],
  };
}

async function sendFile(client: Client, uploadId: string, path: string): Promise<void> {
  const fileName = basename(path);
  let offset = 0;
  const pieces = createReadStream(path, { highWaterMark: pieceBytes });
  for await (const content of pieces as AsyncIterable<Buffer>) {
    await client.sendUpload({ uploadId, fileName, offset, content, last: false });
    offset += content.length;
  }
  await client.sendUpload({ uploadId, fileName, offset, content: Buffer.alloc(0), last: true });
}
