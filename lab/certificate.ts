import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from './der.ts';
import { parseIp } from '../core/model/address.ts';

/** A key and a certificate that it signed itself. */
export interface TestCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
  /** `sha256-raw:` and the hash of the DER form: what a relay map pins. */
  readonly pin: string;
}

const DAY_MS = 86_400_000;
const LIFE_DAYS = 90;

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALT_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

/**
 * Makes a TLS server certificate for these names and addresses (RFC 5280), on a fresh P-256 key that nobody else has.
 * By hand, because a certificate library takes longer to load than the lab to start: this takes about 1 ms.
 *
 * @param wallMs epoch ms: valid from a day before, for clocks that are late, until 90 days after
 */
export function makeTestCertificate(hosts: readonly string[], wallMs: number): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const name = sequence(set(sequence(oid(COMMON_NAME), utf8('nearest-relay lab'))));
  // Positive and without leading zeros, whatever the bytes are.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;

  const signed = sequence(
    explicit(0, integer(2)), // version 3
    integer(...serial),
    algorithm,
    name,
    sequence(time(wallMs - DAY_MS), time(wallMs + LIFE_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(
      extension(BASIC_CONSTRAINTS, sequence(), 'critical'), // not an authority
      extension(KEY_USAGE, Uint8Array.of(0x03, 0x02, 0x07, 0x80), 'critical'), // digitalSignature
      extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
      extension(SUBJECT_ALT_NAME, sequence(...hosts.map(generalName))),
    )),
  );
  const der = sequence(signed, algorithm, bits(sign('sha256', signed, privateKey)));
  const base64 = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    pin: `sha256-raw:${createHash('sha256').update(der).digest('hex')}`,
  };
}

const extension = (id: string, value: Uint8Array, critical?: 'critical'): Uint8Array =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

/** A host as GeneralName (RFC 5280 section 4.2.1.6): an address as its bytes, else a DNS name. */
function generalName(host: string): Uint8Array {
  const ip = parseIp(host);
  if (!ip) return implicit(2, Buffer.from(host));
  return implicit(7, ip.bytes);
}
