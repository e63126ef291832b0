import { Controller, Get, Param, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { journalQuery, type JournalQuery } from './journal.dto.js';
import { ReadJournal, type ReadJournalInput } from './read-journal.js';
import { ShowSubjects } from './show-subjects.js';

@Controller('api/journal')
export class JournalController {
  constructor(
    private readonly readJournal: ReadJournal,
    private readonly showSubjects: ShowSubjects,
  ) {}

  @AllowPeople('dpo')
  @Get()
  list(@CurrentVisitor() visitor: Visitor, @Query(validated(journalQuery)) query: JournalQuery) {
    return this.readJournal.execute(visitor, query as ReadJournalInput);
  }

  @AllowPeople('dpo')
  @Get('verification')
  verify() {
    return this.readJournal.verify();
  }

  @AllowPeople('dpo')
  @Get(':lookId/people')
  subjects(@CurrentVisitor() visitor: Visitor, @Param('lookId') id: string) {
    return this.showSubjects.execute(visitor, id);
  }
}
