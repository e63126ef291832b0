import { Controller } from '@nestjs/common';
import { DirectoryService } from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { ListDropArea } from './list-drop-area.js';

@Controller()
export class DropAreaRpc {
  constructor(private readonly listDropArea: ListDropArea) {}

  @Answers(DirectoryService.method.listDropArea)
  async list() {
    return { entries: await this.listDropArea.execute(Date.now()) };
  }
}
