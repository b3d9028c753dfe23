import type { Doubt } from '../../core/model/sample.ts';
import { code, count, duration, epochMs, flag, kind, text } from './parts.ts';
import { list, object, record, type Schema } from './schema.ts';

const doubts: readonly Doubt[] = ['cold', 'retransmitted', 'event-loop', 'single', 'place'];

/** What is read of a region, and what every region has. Of the rest no use is made. */
const region: Schema = object(
  { code, samples: count, lost: count, doubt: list({ enum: doubts }) },
  { latencyMs: duration, kind, kinds: record(kind, object({ samples: count, lost: count }, { ms: duration })) },
);

/**
 * A `Report` as the library makes it, and the `home` where the client that posts it lives now. Public addresses are not looked
 * at: nothing here wants to know them.
 */
export const reportSchema: Schema = object(
  { at: epochMs, full: flag, durationMs: duration, strategy: code, notes: list(object({ code, message: text(2_000) })), regions: record(code, region) },
  {
    mapSource: text(2_000), partial: { const: true }, home: code,
    udp: flag, ipv4: flag, ipv6: flag, ipv4CanSend: flag, ipv6CanSend: flag, osHasIpv6: flag, icmpv4: flag, mappingVariesByDestIp: flag, hairpinning: flag, captivePortal: flag,
    portMapping: object({}, { upnp: flag, natPmp: flag, pcp: flag }),
  },
);
