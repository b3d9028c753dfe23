import { describe, expect, it } from 'vitest';
import { formatTailscaleJson } from '../../../core/report/tailscale-json.ts';
import { answeredIn, decisionFor, mapOf, regionOf, reportOf } from './samples.ts';

const parsed = (...args: Parameters<typeof formatTailscaleJson>): Record<string, unknown> => JSON.parse(formatTailscaleJson(...args)) as Record<string, unknown>;

describe('the JSON of tailscale netcheck', () => {
  it('has the fields of Go\'s struct, in its order and units, indented with tabs', () => {
    const report = reportOf({
      udp: true, ipv4: true, ipv4CanSend: true, osHasIpv6: true, mappingVariesByDestIp: false, portMapping: { upnp: true, natPmp: false },
      globalV4: '192.0.2.7:41641', globalCounters: { v4: { '192.0.2.7:41641': 2 }, v6: {} },
      regions: { 1: answeredIn('fra', 8.3124567), 2: answeredIn('par', 9.1, { v6Ms: 8.9, latencyMs: 8.9 }), 3: answeredIn('tok', 231, { kind: 'https' }), 4: regionOf({ code: 'syd', lost: 3 }) },
    });
    expect(formatTailscaleJson(report, decisionFor('1'), mapOf([{ id: '1' }]))).toMatchInlineSnapshot(`
      "{
      	"Now": "2026-11-24T22:00:00.123Z",
      	"UDP": true,
      	"IPv6": false,
      	"IPv4": true,
      	"IPv6CanSend": false,
      	"IPv4CanSend": true,
      	"OSHasIPv6": true,
      	"ICMPv4": false,
      	"MappingVariesByDestIP": false,
      	"UPnP": true,
      	"PMP": false,
      	"PCP": null,
      	"PreferredDERP": 1,
      	"RegionLatency": {
      		"1": 8312457,
      		"2": 8900000,
      		"3": 231000000
      	},
      	"RegionV4Latency": {
      		"1": 8312457,
      		"2": 9100000
      	},
      	"RegionV6Latency": {
      		"2": 8900000
      	},
      	"GlobalV4Counters": {
      		"192.0.2.7:41641": 2
      	},
      	"GlobalV6Counters": null,
      	"GlobalV4": "192.0.2.7:41641",
      	"GlobalV6": "",
      	"CaptivePortal": null
      }"
    `);
  });

  it('of a report that knows nothing has empty maps where Go makes them at once, null where with the first entry', () => {
    expect(parsed(reportOf(), decisionFor(undefined), mapOf([]))).toMatchObject({
      UDP: false, MappingVariesByDestIP: null, UPnP: null, PreferredDERP: 0, RegionLatency: {}, RegionV4Latency: {}, RegionV6Latency: {},
      GlobalV4Counters: null, GlobalV6Counters: null, GlobalV4: '', GlobalV6: '', CaptivePortal: null,
    });
  });

  it('gives regions that have no number the next free ones, in map order', () => {
    const map = mapOf([{ id: 'fra' }, { id: '7' }, { id: '007' }]);
    const regions = { fra: answeredIn('fra', 8), 7: answeredIn('ams', 9), '007': answeredIn('par', 10), gone: answeredIn('gone', 11) };
    expect(parsed(reportOf({ regions }), decisionFor('fra'), map)).toMatchObject({ PreferredDERP: 8, RegionLatency: { 7: 9e6, 8: 8e6, 9: 10e6 } });
  });

  it('keeps the number of a home that left the map', () => {
    expect(parsed(reportOf(), decisionFor('42'), mapOf([]))).toMatchObject({ PreferredDERP: 42 });
  });
});
