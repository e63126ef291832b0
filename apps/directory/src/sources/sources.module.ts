import { Module } from '@nestjs/common';
import { AafDirectorySource } from './directory.aaf-source.js';
import { DirectorySource } from './directory-source.js';

// The door for the imports.
export { DirectorySource, FolderUnknown, type SourceRecord } from './directory-source.js';

@Module({
  providers: [{ provide: DirectorySource, useClass: AafDirectorySource }],
  exports: [DirectorySource],
})
export class SourcesModule {}
