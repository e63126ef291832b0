import { Controller, Get } from '@nestjs/common';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ListMemberships } from './list-memberships.js';

@Controller('api/coordination')
export class CoordinationController {
  constructor(private readonly listMemberships: ListMemberships) {}

  @AllowPeople('coordinator')
  @Get('members')
  members(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.withFigures(visitor);
  }
}
