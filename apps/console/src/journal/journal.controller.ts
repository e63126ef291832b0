import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { journalQuery, type JournalQuery } from './journal.dto.js';
import { ReadJournal } from './read-journal.js';
import { ShowSubjects } from './show-subjects.js';

@Controller('api/journal')
export class JournalController {
  constructor(
    private readonly readJournal: ReadJournal,
    private readonly showSubjects: ShowSubjects,
  ) {}

  @AllowPeople('dpo')
  @Get()
  @Header('cache-control', 'no-store')
  list(@Query(validated(journalQuery)) query: JournalQuery) {
    return this.readJournal.execute(query as JournalQuery & object);
  }

  @AllowPeople('dpo')
  @Get('verification')
  @Header('cache-control', 'no-store')
  verify() {
    return this.readJournal.verify();
  }

  @AllowPeople('dpo')
  @Get('agents')
  @Header('cache-control', 'no-store')
  agents() {
    return this.readJournal.agents();
  }

  @AllowPeople('dpo')
  @Get(':lookId/people')
  @Header('cache-control', 'no-store')
  subjects(@CurrentVisitor() visitor: Visitor, @Param('lookId') id: string) {
    return this.showSubjects.execute(visitor, id);
  }
}
