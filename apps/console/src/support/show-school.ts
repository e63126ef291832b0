import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { schoolOf } from './scope.js';

/** A school with its classes, and how many are in each today: no person, so no look. */
@Injectable()
export class ShowSchool {
  constructor(
    private readonly people: People,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws SchoolNotFound outside the visitor's scope. */
  async execute(visitor: Visitor, uai: string) {
    const school = await schoolOf(visitor, uai, this.people, this.businessDate);
    const today = await this.businessDate.today();
    return { school, classes: await this.people.countByClass({ uai: school.uai, today }) };
  }
}
