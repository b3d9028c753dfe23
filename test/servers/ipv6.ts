import { networkInterfaces } from 'node:os';

/** Whether this machine has the IPv6 loopback address; some containers have not. */
export const hasIpv6: boolean = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
