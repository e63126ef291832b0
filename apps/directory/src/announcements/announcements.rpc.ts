import { Controller } from '@nestjs/common';
import { type AnnounceAgainRequest, DirectoryService } from '#libs/contracts';
import { decodeCursor, encodeCursor } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AnnounceAgain } from './announce-again.js';
import type { AnnouncedUpTo } from './announcement.pg.js';

@Controller()
export class AnnouncementsRpc {
  constructor(private readonly announceAgain: AnnounceAgain) {}

  @Answers(DirectoryService.method.announceAgain)
  async announce({ reason, cursor, limit }: AnnounceAgainRequest, caller: Caller) {
    const after = upToOf(cursor);
    const told = await this.announceAgain.execute({ after, limit, reason, caller });
    return {
      structures: told.structures.length,
      people: told.people.length,
      erased: told.erased.length,
      nextCursor: told.isLast ? '' : cursorOf(told.upTo),
    };
  }
}

const cursorOf = ({ uai, personId, erasure }: AnnouncedUpTo): string =>
  encodeCursor([uai, personId, erasure.entryId, erasure.people]);

/** Throws CursorInvalid. */
function upToOf(cursor: string): AnnouncedUpTo | undefined {
  const found = decodeCursor(cursor, 'text', 'uuid', 'rowId', 'integer');
  if (!found) return undefined;
  const [uai, personId, entryId, people] = found;
  return { uai, personId, erasure: { entryId, people } };
}
