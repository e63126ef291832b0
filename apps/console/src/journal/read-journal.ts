import { Injectable } from '@nestjs/common';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { afterFindings, CheckSeals, sayFinding } from '#libs/persistence';
import { Looks, type LookFilter, type LookLine } from '../looks/looks.module.js';
import { Names, searchedWordsOf } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { TooManyNamesakes } from './too-many-namesakes.js';

export type ReadJournalInput = Pick<LookFilter, 'from' | 'to' | 'alarms'> & {
  readonly userId?: string | undefined;
  readonly personId?: string | undefined;
  readonly agentName?: string | undefined;
  readonly personName?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
};

const namesakesMax = 20;

/** Who looked at whom, and why: for the data-protection officer (SUP-2). */
@Injectable()
export class ReadJournal {
  constructor(
    private readonly looks: Looks,
    private readonly names: Names,
    private readonly checkSeals: CheckSeals,
  ) {}

  async execute(visitor: Visitor, input: ReadJournalInput) {
    const { userId, personId, agentName, personName, cursor, limit, ...days } = input;
    const agents =
      agentName === undefined
        ? undefined
        : await this.names.agentsNamed(searchedWordsOf(agentName));
    const people = personName === undefined ? undefined : await this.named(visitor, personName);
    const userIds = both(userId, agents);
    const personIds = both(personId, people);
    const rows = pageLimitOf(limit);
    const [beforeId] = decodeCursor(cursor, 'rowId') ?? [];
    const found = await this.looks.list({
      ...days,
      ...(userIds && { userIds }),
      ...(personIds && { personIds }),
      limit: rows,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    const page = pageOf<LookLine>(found, rows, (line) => [line.id]);
    return {
      looks: page.rows,
      nextCursor: page.nextCursor,
      // Nobody of that name is no answer to who looked.
      named: { people: people?.length ?? null, agents: agents?.length ?? null },
    };
  }

  /** Which ids bear a name is a look at them, written before it is told (SUP-2). */
  private async named(visitor: Visitor, personName: string): Promise<string[]> {
    const subjects = await this.names.peopleNamed(searchedWordsOf(personName), namesakesMax + 1);
    if (subjects.length > namesakesMax) throw new TooManyNamesakes(namesakesMax);
    const look = { action: 'JOURNAL', reason: 'CHECK' } as const;
    await this.looks.keepingRefusal(visitor, look, () =>
      this.looks.record(visitor, { ...look, subjects }),
    );
    return subjects;
  }

  /** Whether each look is still the one that was sealed. */
  async verify() {
    const { books, findings } = await this.checkSeals.execute('looks');
    return {
      lines: books.reduce((sum, { entries }) => sum + entries, 0),
      findings: findings.map(sayFinding),
      next: findings.length === 0 ? '' : afterFindings,
    };
  }
}

/** What an id and a name ask together; undefined: nothing. */
function both(id: string | undefined, named: string[] | undefined): string[] | undefined {
  if (id === undefined) return named;
  return (named ?? [id]).filter((one) => one === id);
}
