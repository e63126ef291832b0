import { Module } from '@nestjs/common';
import { AafDirectorySource } from './directory.aaf-source.js';
import { DirectorySource } from './directory.reader.js';

@Module({
  providers: [{ provide: DirectorySource, useClass: AafDirectorySource }],
  exports: [DirectorySource],
})
export class SourcesModule {}
