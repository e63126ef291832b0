import { Controller } from '@nestjs/common';
import { DirectoryService, type ExportPersonRequest } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ExportPerson } from './export-person.js';
import { personExportPaper } from './person-export-paper.js';

const notice =
  'Vous pouvez demander la rectification de ces données, ou vous opposer à leur traitement, auprès de la personne déléguée à la protection des données de l’académie ; une réclamation peut être adressée à la CNIL. Une erreur venue d’une source se corrige chez elle.';

@Controller()
export class PersonExportsRpc {
  constructor(private readonly exportPerson: ExportPerson) {}

  @Answers(DirectoryService.method.exportPerson)
  async export({ personId, reason }: ExportPersonRequest, caller: Caller) {
    const exported = await this.exportPerson.execute({ personId, reason, caller });
    const { exportedAt, services, ...told } = exported;
    return {
      ...told,
      notice,
      paper: await personExportPaper(exported, notice),
      exportedAt: exportedAt.toISOString(),
      services: services.map(({ service, tables }) => ({
        service,
        tables: tables.map(({ rows, columns, ...table }) => ({
          ...table,
          columns: [...columns],
          rows: rows.map((cells) => ({ cells: [...cells] })),
        })),
      })),
    };
  }
}
