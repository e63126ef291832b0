/** Which service a process is. */
export class ServiceName {
  constructor(readonly name: string) {}
}
