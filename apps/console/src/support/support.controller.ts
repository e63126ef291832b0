import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { DecideAccount } from './decide-account.js';
import { FindSchools } from './find-schools.js';
import { SearchPeople } from './search-people.js';
import { ShowAccountHistory } from './show-account-history.js';
import { ShowAccountSides } from './show-account-sides.js';
import { ShowDouble } from './show-double.js';
import { ShowHandMadeUsers } from './show-hand-made-users.js';
import { ShowPerson } from './show-person.js';
import { ShowSchool } from './show-school.js';
import { ShowSchoolPeople } from './show-school-people.js';
import {
  decisionBody,
  handMadeUsersQuery,
  lookQuery,
  schoolPeopleQuery,
  schoolsQuery,
  searchQuery,
  type DecisionBody,
  type HandMadeUsersQuery,
  type LookQuery,
  type SchoolPeopleQuery,
  type SchoolsQuery,
  type SearchQuery,
} from './support.dto.js';

@Controller('api/support')
export class SupportController {
  constructor(
    private readonly searchPeople: SearchPeople,
    private readonly showPerson: ShowPerson,
    private readonly showDouble: ShowDouble,
    private readonly showAccountHistory: ShowAccountHistory,
    private readonly showAccountSides: ShowAccountSides,
    private readonly decideAccount: DecideAccount,
    private readonly findSchools: FindSchools,
    private readonly showSchool: ShowSchool,
    private readonly showSchoolPeople: ShowSchoolPeople,
    private readonly showHandMadeUsers: ShowHandMadeUsers,
  ) {}

  @AllowPeople('support-1', 'support-2', 'support-3', 'school')
  @Get('people')
  search(@CurrentVisitor() visitor: Visitor, @Query(validated(searchQuery)) query: SearchQuery) {
    const { q, ...rest } = query;
    return this.searchPeople.execute(visitor, { ...rest, text: q });
  }

  @AllowPeople('support-1', 'support-2', 'support-3', 'school')
  @Get('people/:personId')
  person(
    @CurrentVisitor() visitor: Visitor,
    @Param('personId') personId: string,
    @Query(validated(lookQuery)) why: LookQuery,
  ) {
    return this.showPerson.execute(visitor, personId, why);
  }

  @AllowPeople('support-2', 'school')
  @Get('doubles/:pairId')
  double(
    @CurrentVisitor() visitor: Visitor,
    @Param('pairId') pairId: string,
    @Query(validated(lookQuery)) why: LookQuery,
  ) {
    return this.showDouble.execute(visitor, pairId, why);
  }

  @AllowPeople('support-2', 'support-3')
  @Get('accounts/:accountId/history')
  history(
    @CurrentVisitor() visitor: Visitor,
    @Param('accountId') accountId: string,
    @Query(validated(lookQuery)) why: LookQuery,
  ) {
    return this.showAccountHistory.execute(visitor, accountId, why);
  }

  @AllowPeople('support-2')
  @Get('accounts/:accountId/sides')
  sides(
    @CurrentVisitor() visitor: Visitor,
    @Param('accountId') accountId: string,
    @Query(validated(lookQuery)) why: LookQuery,
  ) {
    return this.showAccountSides.execute(visitor, accountId, why);
  }

  @AllowPeople('support-2', 'support-3')
  @Post('accounts/:accountId/decisions')
  @HttpCode(200)
  decide(
    @CurrentVisitor() visitor: Visitor,
    @Param('accountId') accountId: string,
    @Body(validated(decisionBody)) body: DecisionBody,
    @IdempotencyKey() idempotencyKey: string,
  ) {
    return this.decideAccount.execute(visitor, accountId, { ...body, idempotencyKey });
  }

  @AllowPeople('support-1', 'support-2', 'support-3', 'school')
  @Get('schools')
  schools(@CurrentVisitor() visitor: Visitor, @Query(validated(schoolsQuery)) { q }: SchoolsQuery) {
    return this.findSchools.execute(visitor, q);
  }

  @AllowPeople('support-2', 'school')
  @Get('schools/:uai')
  school(@CurrentVisitor() visitor: Visitor, @Param('uai') uai: string) {
    return this.showSchool.execute(visitor, uai);
  }

  @AllowPeople('support-2', 'school')
  @Get('schools/:uai/people')
  schoolPeople(
    @CurrentVisitor() visitor: Visitor,
    @Param('uai') uai: string,
    @Query(validated(schoolPeopleQuery)) query: SchoolPeopleQuery,
  ) {
    return this.showSchoolPeople.execute(visitor, { uai, ...query });
  }

  @AllowPeople('support-2', 'school')
  @Get('schools/:uai/hand-made-users')
  handMadeUsers(
    @CurrentVisitor() visitor: Visitor,
    @Param('uai') uai: string,
    @Query(validated(handMadeUsersQuery)) query: HandMadeUsersQuery,
  ) {
    return this.showHandMadeUsers.execute(visitor, { uai, ...query });
  }
}
