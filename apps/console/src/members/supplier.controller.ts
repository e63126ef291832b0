import { Controller, Get } from '@nestjs/common';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { ListMemberships } from './list-memberships.js';

/** The titulaire: it receives every order and invoices every member, and sees no person (SUP-3). */
@Controller('api/supplier')
export class SupplierController {
  constructor(private readonly listMemberships: ListMemberships) {}

  @AllowPeople('supplier')
  @Get('members')
  members(@CurrentVisitor() visitor: Visitor) {
    return this.listMemberships.withOrders(visitor);
  }
}
