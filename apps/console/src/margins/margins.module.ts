import { Module } from '@nestjs/common';
import { GroupMargins } from './group-margins.js';
import { MarginsController } from './margins.controller.js';

@Module({ controllers: [MarginsController], providers: [GroupMargins] })
export class MarginsModule {}
