import { Module } from '@nestjs/common';
import { Papers } from './papers.gateway.js';
import { PapersGateway } from './papers.grpc-gateway.js';

export { Papers };

@Module({ providers: [{ provide: Papers, useClass: PapersGateway }], exports: [Papers] })
export class PapersModule {}
