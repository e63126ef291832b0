/** Addresses of the other services where none of them runs. */
export const nobodyElse = Object.fromEntries(
  ['MEMBERSHIP', 'PROVISIONING', 'METERING', 'BILLING', 'CONSOLE'].map((service) => [
    `${service}_RPC`,
    '127.0.0.1:1',
  ]),
);
