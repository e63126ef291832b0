import { Global, Module } from '@nestjs/common';
import { JournalOfLooks } from '../journal-of-looks.js';
import { JournalController } from './journal.controller.js';
import { PgLooks } from './looks.pg-repository.js';
import { Looks } from './looks.repository.js';
import { ReadJournal } from './read-journal.js';
import { RecordLook } from './record-look.js';
import { ShowSubjects } from './show-subjects.js';

@Global()
@Module({
  controllers: [JournalController],
  providers: [
    ReadJournal,
    ShowSubjects,
    { provide: Looks, useClass: PgLooks },
    { provide: JournalOfLooks, useClass: RecordLook },
  ],
  exports: [JournalOfLooks],
})
export class JournalModule {}
