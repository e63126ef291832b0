import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { SourceDeclaration } from '../domain/source-declaration.js';
import { DeclaredSources } from './declared-sources.pg.js';

/** Says who delivers, what and for whom, or corrects it (DIR-5): the same again is harmless. */
@Injectable()
export class DeclareSource {
  constructor(
    private readonly commands: Commands,
    private readonly sources: DeclaredSources,
  ) {}

  async execute(source: SourceDeclaration, caller: Caller): Promise<void> {
    await this.commands.run(
      {
        operation: 'DeclareSource',
        action: 'source.declared',
        subject: `source:${source.sourceCode}`,
      },
      { ...source, caller },
      async (tx) => {
        await this.sources.declare(tx, source);
        return {};
      },
    );
  }
}
