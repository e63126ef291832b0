import { Injectable } from '@nestjs/common';
import { JournalOfLooks, type Look } from '../journal-of-looks.js';
import type { Visitor } from '../visitor.js';
import { Looks } from './looks.repository.js';

/** The door of the journal for the features that show people. */
@Injectable()
export class RecordLook extends JournalOfLooks {
  constructor(private readonly looks: Looks) {
    super();
  }

  record(visitor: Visitor, look: Look): Promise<void> {
    return this.looks.append(visitor, look);
  }
}
