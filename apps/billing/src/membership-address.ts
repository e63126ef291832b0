/** Where membership listens, host:port. */
export class MembershipAddress {
  constructor(readonly address: string) {}
}
