import type { Client } from '../deps.ts';
import type { Location } from '../fleet/facts.ts';
import { coloLocation } from './colo-places.ts';

/** What Cloudflare tells of a request. All of it is absent where the request came from another Worker. */
interface Told {
  readonly colo?: unknown;
  readonly asn?: unknown;
  readonly latitude?: unknown;
  readonly longitude?: unknown;
}

const toldOf = (request: Request): Told => (request as Request & { readonly cf?: Told }).cf ?? {};

/** The data centre that serves the request, by its airport's code. */
export function locate(request: Request): Location {
  const { colo } = toldOf(request);
  return coloLocation(typeof colo === 'string' && /^[A-Z0-9]{1,8}$/.test(colo) ? colo : 'LOCAL');
}

/** Who asks. Cloudflare sets the header itself: what a client writes there does not get through. */
export function clientOf(request: Request): Client {
  const { asn, latitude, longitude } = toldOf(request);
  const [north, east] = [degrees(latitude), degrees(longitude)];
  return {
    address: request.headers.get('cf-connecting-ip') ?? '',
    ...(typeof asn === 'number' && { network: `AS${asn}` }),
    ...(north !== undefined && east !== undefined && { latitude: north, longitude: east }),
  };
}

/** It comes as text. */
function degrees(text: unknown): number | undefined {
  const value = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
