import { Injectable } from '@nestjs/common';
import { People, type PeopleCounts } from './people.repository.js';

/** Figures without a name: how many there are. */
@Injectable()
export class PeopleFigures {
  constructor(private readonly people: People) {}

  count(): Promise<PeopleCounts> {
    return this.people.count();
  }
}
