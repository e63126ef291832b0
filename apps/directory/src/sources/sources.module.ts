import { Module } from '@nestjs/common';
import { AafDirectorySource } from './directory.aaf-source.js';
import { CsvDirectorySource } from './directory.csv-source.js';
import { OndeDirectorySource } from './directory.onde-source.js';
import { SourceFormats } from './source-formats.js';

// The door for the imports.
export {
  DeltaSource,
  DirectorySource,
  FolderUnknown,
  type ReadOptions,
  type SourceChange,
  type SourceClass,
  type SourceDivision,
  type SourceInventory,
  type SourcePost,
  type SourcePupil,
  type SourceRecord,
} from './directory-source.js';
export { AcademyDirectories } from './ldap/academy-directories.js';
export type { LdapReading } from './ldap/academy.ldap-source.js';
export { LdapIncident, refusesSearch } from './ldap/ldap-incident.js';
export { SourceFormats } from './source-formats.js';

@Module({
  providers: [AafDirectorySource, OndeDirectorySource, CsvDirectorySource, SourceFormats],
  exports: [SourceFormats],
})
export class SourcesModule {}
