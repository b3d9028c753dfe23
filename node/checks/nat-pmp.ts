/** NAT-PMP and PCP share it (RFC 6886 section 3.1, RFC 6887 section 19.1). */
export const portControlPort: number = 5351;

const version = 0;
const publicAddressOp = 0;
const responseBit = 128;

/** The request for the router's public address (RFC 6886 section 3.2): it changes nothing, and who answers it maps ports. */
export const natPmpRequest: Uint8Array = Uint8Array.of(version, publicAddressOp);

/**
 * Reads an answer to `natPmpRequest`: its result code, 0 for success (RFC 6886 section 3.5). Undefined for anything else.
 * A refusal may leave out the address, which then means nothing.
 */
export function parseNatPmpResponse(bytes: Uint8Array): { readonly result: number } | undefined {
  if (bytes[0] !== version || bytes[1] !== responseBit + publicAddressOp) return undefined;
  if (bytes.length !== 12 && bytes.length !== 8) return undefined;
  const result = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  return result === 0 && bytes.length !== 12 ? undefined : { result };
}
