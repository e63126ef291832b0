import { Module } from '@nestjs/common';
import { Staff } from './staff.pg.js';
import { StaffRpc } from './staff.rpc.js';

/** Who works in schools, for the process that tells their member (SUP-3's exception). */
@Module({ controllers: [StaffRpc], providers: [Staff] })
export class StaffModule {}
