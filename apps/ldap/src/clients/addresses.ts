/** Where the services listen that are asked, host:port. */
export class Addresses {
  constructor(
    readonly membership: string,
    readonly directory: string,
    readonly console: string,
  ) {}
}
