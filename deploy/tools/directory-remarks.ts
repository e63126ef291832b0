import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DirectoryService } from '#libs/contracts';
import type { RpcClient } from '#libs/rpc';
import { askService } from './ent/ask.js';
import { type Given, pathOf, status } from './ent/command.js';

export const remarksFile = { out: { type: 'string' } } as const;

/** `directory remarks IMPORT [--out FILE]`: what to correct at the source, as a file for a spreadsheet. */
export async function fetchRemarks(given: Given) {
  const importId = given.operands[0] ?? '';
  const place = await askService('directory', DirectoryService, given, async (client) => {
    // Asked before the file is made: what is refused leaves none.
    const first = await client.readRemarksFile({ importId });
    const to = pathOf(given.text('out') ?? first.fileName);
    try {
      await pipeline(Readable.from(piecesOf(client, importId, first)), createWriteStream(to));
      return to;
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    }
  });
  return {
    status: status.ok,
    json: { file: place },
    lines: [place, 'Codes, lignes et identifiants, aucun nom : à transmettre à qui livre.'],
  };
}

type Client = RpcClient<typeof DirectoryService>;
type Piece = Awaited<ReturnType<Client['readRemarksFile']>>;

async function* piecesOf(client: Client, importId: string, first: Piece) {
  for (let piece = first; ;) {
    yield piece.content;
    if (piece.nextCursor === '') return;
    piece = await client.readRemarksFile({ importId, cursor: piece.nextCursor });
  }
}
