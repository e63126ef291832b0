import type { LocalDate } from '#libs/time';
import { isDiskFault } from '../delivery/disk-fault.js';
import { SourceUnreadable, unreadable, type UnreadableCause } from '../source-problems.js';
import type { AafFile } from './aaf-files.js';
import { AafParser } from './aaf-parser.js';
import type { AafFileFacts } from './aaf-records.js';
import { type AafHead, CharsetWrong, dayInName, headFrom, isUtf8, textOf } from './aaf-text.js';

/** What one file holds, in batches that are not empty. Throws SourceUnreadable with the line where reading stopped. */
export async function* entriesOf(file: AafFile, declaredOn: LocalDate | '') {
  const parser = new AafParser(file.entity);
  let isDeclared = true;
  try {
    const head = await headOf(file);
    isDeclared = head.charset !== undefined;
    const datedOn = head.datedOn || declaredOn || dayInName(file.name);
    const facts: AafFileFacts = { file: file.name, entity: file.entity, datedOn };
    for await (const text of textIn(file, head)) {
      const entries = parser.write(text);
      if (entries.length > 0) yield { facts, entries };
    }
    parser.end();
  } catch (error) {
    if (isDiskFault(error) || error instanceof SourceUnreadable) throw error;
    throw unreadable(file.name, causeOf(error, isDeclared), parser.lineRead);
  }
}

function causeOf(error: unknown, isCharsetDeclared: boolean): UnreadableCause {
  if (!(error instanceof CharsetWrong)) return 'NOT_WELL_FORMED';
  return isCharsetDeclared ? 'CHARSET' : 'CHARSET_MIXED';
}

/** In its declared charset; without declaration UTF-8, or ISO-8859-15 where it is not. */
async function* textIn({ open }: AafFile, head: AafHead): AsyncGenerator<string> {
  yield* textOf(open, head.charset ?? ((await isUtf8(open)) ? 'utf-8' : 'iso-8859-15'));
}

export async function headOf(file: AafFile): Promise<AafHead> {
  for await (const chunk of await file.open()) return headFrom(chunk as Buffer);
  return headFrom(Buffer.alloc(0));
}
