import { createHash, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeTestCertificate } from '../../lab/certificate.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2030, 1, 28, 23, 59, 59);
const made = (hosts: readonly string[], wallMs = NOW) => {
  const certificate = makeTestCertificate(hosts, wallMs);
  return { ...certificate, x509: new X509Certificate(certificate.certificatePem) };
};

test('OpenSSL reads it: names, addresses, its own signature, no authority, TLS servers only', () => {
  const { x509 } = made(['127.0.0.1', '::1', 'localhost']);
  expect(x509.subjectAltName).toBe('IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost');
  expect(x509.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(x509.checkIP('127.0.0.2')).toBeUndefined();
  expect(x509.checkHost('localhost')).toBe('localhost');
  expect(x509.verify(x509.publicKey)).toBe(true);
  expect(x509.ca).toBe(false);
  expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(x509.subject).toBe('CN=nearest-relay lab');
  expect(x509.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
});

test('the pin is over the DER form, the key is its own', () => {
  const { x509, pin, keyPem } = made(['localhost']);
  expect(pin).toBe(`sha256-raw:${createHash('sha256').update(x509.raw).digest('hex')}`);
  expect(keyPem).toMatch(/^-----BEGIN PRIVATE KEY-----/);
});

test.each([
  ['in UTCTime', NOW],
  ['in GeneralizedTime, from 2050 on', Date.UTC(2063, 3, 5)],
  ['from one to the other', Date.UTC(2049, 11, 1)],
])('is valid for 90 days and the day before, %s', (_, wallMs) => {
  const { x509 } = made(['localhost'], wallMs);
  expect(Date.parse(x509.validFrom)).toBe(wallMs - DAY_MS);
  expect(Date.parse(x509.validTo)).toBe(wallMs + 90 * DAY_MS);
});

test('no two are alike, and every serial number is positive', () => {
  const serials = Array.from({ length: 30 }, () => made(['localhost']).x509.serialNumber);
  expect(new Set(serials).size).toBe(30);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test.each([1, 8, 20, 100])('%i names: lengths of one byte, two and three', (count) => {
  const hosts = Array.from({ length: count }, (_, n) => `relay-${n}.lab.invalid`);
  const { x509 } = made(hosts);
  expect(x509.subjectAltName?.split(', ')).toHaveLength(count);
  expect(x509.verify(x509.publicKey)).toBe(true);
});
