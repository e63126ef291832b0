import { Module } from '@nestjs/common';
import { JournalController } from './journal.controller.js';
import { ReadJournal } from './read-journal.js';
import { ShowSubjects } from './show-subjects.js';

@Module({ controllers: [JournalController], providers: [ReadJournal, ShowSubjects] })
export class JournalModule {}
