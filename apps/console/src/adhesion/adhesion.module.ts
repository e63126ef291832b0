import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { DocumentsController } from './documents.controller.js';
import { GroupDocuments } from './group-documents.js';

@Module({
  imports: [MembersModule],
  controllers: [DocumentsController],
  providers: [GroupDocuments],
})
export class AdhesionModule {}
