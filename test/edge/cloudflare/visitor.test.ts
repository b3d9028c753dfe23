import { describe, expect, it } from 'vitest';
import { coloLocation } from '../../../edge/cloudflare/colo-places.ts';
import { subrequestsOf } from '../../../edge/cloudflare/env.ts';
import { clientOf, locate } from '../../../edge/cloudflare/visitor.ts';

/** A request as Cloudflare hands it to a Worker. */
const requestWith = (cf: object | undefined, headers: Record<string, string> = {}): Request =>
  Object.assign(new Request('https://edge.example/', { headers }), cf && { cf });

describe('where a request is served', () => {
  it.each<{ cf: object | undefined; code: string; place?: [number, number] }>([
    { cf: { colo: 'FRA' }, code: 'FRA', place: [50, 8.5] },
    { cf: { colo: 'SYD', latitude: '1', longitude: '2' }, code: 'SYD', place: [-33.9, 151.2] },
    { cf: { colo: 'QQQ' }, code: 'QQQ' },
    { cf: { colo: '<script>' }, code: 'LOCAL' },
    { cf: { colo: 7 }, code: 'LOCAL' },
    { cf: {}, code: 'LOCAL' },
    { cf: undefined, code: 'LOCAL' },
  ])('is $code for $cf', ({ cf, code, place }) => {
    expect(locate(requestWith(cf))).toEqual({ code, ...(place && { latitude: place[0], longitude: place[1] }) });
  });

  // From other sources than the table, in whole degrees.
  it.each([['AMS', 52, 5], ['SCL', -33, -71], ['NRT', 36, 140], ['JNB', -26, 28], ['YYZ', 44, -80], ['GRU', -23, -46], ['KEF', 64, -23], ['AKL', -37, 175]])('puts %s at %d, %d', (code, north, east) => {
    const { latitude = Number.NaN, longitude = Number.NaN } = coloLocation(code);
    expect(Math.abs(latitude - north)).toBeLessThanOrEqual(1);
    expect(Math.abs(longitude - east)).toBeLessThanOrEqual(1);
  });
});

describe('who asks', () => {
  it.each<{ what: string; cf: object | undefined; headers?: Record<string, string>; client: object }>([
    { what: 'all that is told', cf: { asn: 3320, latitude: '50.11', longitude: '-8.68' }, headers: { 'cf-connecting-ip': '192.0.2.7' }, client: { address: '192.0.2.7', network: 'AS3320', latitude: 50.11, longitude: -8.68 } },
    { what: 'no place by half', cf: { latitude: '50.11' }, client: { address: '' } },
    { what: 'no place that is none', cf: { latitude: '', longitude: 'east' }, client: { address: '' } },
    { what: 'nothing of another Worker', cf: undefined, headers: { 'x-forwarded-for': '192.0.2.9' }, client: { address: '' } },
  ])('is $what', ({ cf, headers = {}, client }) => {
    expect(clientOf(requestWith(cf, headers))).toEqual(client);
  });
});

describe('the limit of requests', () => {
  it.each<[string | number | undefined, number]>([[undefined, 50], ['1000', 1_000], [10_000, 10_000], ['', 50], ['many', 50], ['20', 50], ['1e9', 50], ['50.5', 50]])('%j is %d', (stated, limit) => {
    expect(subrequestsOf(stated === undefined ? {} : { SUBREQUESTS: stated })).toBe(limit);
  });
});
