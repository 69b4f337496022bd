/** Reverse proxies in front of a site, whose word on whom they answer is taken. */
import { BlockList, isIP } from 'node:net';

/** Whether a connection from an address is a trusted proxy's. */
export type IsProxy = (address: string) => boolean;

/** Reads `127.0.0.1, 10.0.0.0/8`. Throws a sentence that names what is no address or network. */
export const proxiesIn = (list: string): IsProxy => {
  const proxies = new BlockList();
  for (const entry of list.split(',').map((text) => text.trim())) {
    const [address = '', bits, more] = entry.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || !(length <= most) || more !== undefined)
      throw new Error(`"${entry}" is no address or network like 10.0.0.0/8`);
    proxies.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
};
