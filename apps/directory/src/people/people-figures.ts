import { Injectable } from '@nestjs/common';
import { People, type PeopleCounts } from './people.repository.js';

/** Figures without a name: how many there are, and a digest to compare a copy with. */
@Injectable()
export class PeopleFigures {
  constructor(private readonly people: People) {}

  count(): Promise<PeopleCounts> {
    return this.people.count();
  }

  digest(): Promise<{ count: bigint; digest: string }> {
    return this.people.digest();
  }
}
