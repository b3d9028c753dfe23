/** Where SSDP is spoken (UPnP Device Architecture 1.1 section 1.1). */
export const ssdpPort: number = 1900;
export const ssdpGroup: string = '239.255.255.250';

const maxBytes = 1500;
const maxLines = 64;

/** A router that maps ports is a device of this type, whatever its version. */
const gatewayDevice = ':InternetGatewayDevice:';

/** What to look for; devices of a later version answer to it as well (section 1.3.2). */
export const gatewayTarget: string = 'urn:schemas-upnp-org:device:InternetGatewayDevice:1';

/** Everything: what some routers answer better to. Never to the group, where each device of the house would send its dozen. */
export const anyTarget: string = 'ssdp:all';

/** An M-SEARCH request (UPnP Device Architecture 1.1 section 1.3.2). The wait of up to `MX` seconds is for crowds; routers answer at once. */
export const encodeSearch = (target: string): Uint8Array =>
  new TextEncoder().encode(['M-SEARCH * HTTP/1.1', `HOST: ${ssdpGroup}:${ssdpPort}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${target}`, '', ''].join('\r\n'));

/**
 * Whether a datagram is a search response (section 1.3.3) of a device that maps ports: the head of an HTTP response with
 * status 200 whose ST or USN names an Internet gateway device. Its location is never fetched: presence is all that is asked.
 */
export function isGatewayDevice(bytes: Uint8Array): boolean {
  if (bytes.length > maxBytes) return false;
  const [status = '', ...lines] = new TextDecoder().decode(bytes).split(/\r?\n/, maxLines);
  if (!/^HTTP\/1\.[01] 200(?: |$)/i.test(status)) return false;
  for (const line of lines) {
    if (line === '') return false;
    if (/^(?:st|usn):/i.test(line) && line.includes(gatewayDevice)) return true;
  }
  return false;
}
