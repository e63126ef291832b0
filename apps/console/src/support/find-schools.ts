import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { People, searchedWordsOf } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { scopeOf } from './scope.js';

const schoolsMax = 20;

/** Schools by name, commune or UAI: no person's data, so no look. */
@Injectable()
export class FindSchools {
  constructor(
    private readonly people: People,
    private readonly businessDate: BusinessDate,
  ) {}

  async execute(visitor: Visitor, text: string) {
    searchedWordsOf(text);
    const scope = await scopeOf(visitor, this.businessDate);
    return { schools: await this.people.schools(scope, text, schoolsMax) };
  }
}
