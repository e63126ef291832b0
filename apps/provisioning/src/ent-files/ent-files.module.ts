import { type DynamicModule, Global, Module } from '@nestjs/common';
import { EntWorkModule } from '../ent-work/ent-work.module.js';
import { FileRules } from './file-rules.js';
import { FileWork } from './file-work.pg.js';
import { SendSchoolFiles } from './send-school-files.js';

export { SendSchoolFiles };

/** New accounts of a school by the ENT's own import. */
@Global()
@Module({})
export class EntFilesModule {
  static with({ least }: { least: number }): DynamicModule {
    return {
      module: EntFilesModule,
      imports: [EntWorkModule],
      providers: [
        { provide: FileRules, useValue: new FileRules(least) },
        FileWork,
        SendSchoolFiles,
      ],
      exports: [SendSchoolFiles],
    };
  }
}
