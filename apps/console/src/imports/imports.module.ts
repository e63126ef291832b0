import { Module } from '@nestjs/common';
import { ImportsController } from './imports.controller.js';
import { ShowPlanMembers } from './show-plan-members.js';

@Module({ controllers: [ImportsController], providers: [ShowPlanMembers] })
export class ImportsModule {}
