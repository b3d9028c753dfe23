import * as v from 'valibot';
import type { RegionId } from '../../core/model/map.ts';
import type { RegionReport, Report } from '../../core/model/report.ts';
import { count, duration, epochMs, kind, text } from './parts.ts';

const flag = v.optional(v.boolean());

/** What is read of a region, and what every region has. Of the rest no use is made. */
const region: v.GenericSchema<unknown, Pick<RegionReport, 'code' | 'latencyMs' | 'kind' | 'kinds' | 'samples' | 'lost' | 'doubt'>> = v.object({
  code: text(100),
  latencyMs: v.optional(duration),
  kind: v.optional(kind),
  kinds: v.optional(v.record(kind, v.object({ ms: v.optional(duration), samples: count, lost: count }))),
  samples: count,
  lost: count,
  doubt: v.array(v.picklist(['cold', 'retransmitted', 'event-loop', 'single', 'place'])),
});

/** A report, and where the client that posts it lives now. */
export type PostedReport = Report & { readonly home?: RegionId };

/**
 * A `Report` as the library makes it. Unknown fields are let pass and dropped, so that a newer client may post to an older
 * edge; so are public addresses, which nothing here wants to know.
 */
export const reportSchema: v.GenericSchema<unknown, PostedReport> = v.object({
  at: epochMs,
  full: v.boolean(),
  durationMs: duration,
  strategy: text(100),
  mapSource: v.optional(text(2_000)),
  partial: v.optional(v.literal(true)),
  udp: flag, ipv4: flag, ipv6: flag, ipv4CanSend: flag, ipv6CanSend: flag, osHasIpv6: flag, icmpv4: flag,
  mappingVariesByDestIp: flag, hairpinning: flag, captivePortal: flag,
  portMapping: v.optional(v.object({ upnp: flag, natPmp: flag, pcp: flag })),
  notes: v.array(v.object({ code: text(100), message: text(2_000) })),
  regions: v.record(text(100), region),
  home: v.optional(text(100)),
});
