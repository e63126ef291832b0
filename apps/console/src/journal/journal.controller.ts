import { Controller, Get, Header, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { AllowPeople } from '../visitor.js';
import { journalQuery, type JournalQuery } from './journal.dto.js';
import { ReadJournal } from './read-journal.js';

@Controller('api/journal')
export class JournalController {
  constructor(private readonly readJournal: ReadJournal) {}

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
}
