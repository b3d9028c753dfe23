import type { Kind } from '../../core/model/kind.ts';
import type { RegionId } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';

/** What `GET /v1/fleet` answers: how the fleet does, from everywhere, and where its next relay should stand. */
export interface FleetView {
  /** When it was made, epoch ms. Ages are from here. */
  readonly at: number;
  /** The map's regions in its order. */
  readonly regions: readonly RegionView[];
  /** By code. */
  readonly locations: readonly LocationView[];
  /** What clients reported, all locations together: what `regret` and `candidates` rest on. */
  readonly clients: ClientCount;
  /** Where a further relay would gain most, each in addition to those before it. */
  readonly candidates: readonly Candidate[];
  /** In words: what is dead, what got slower, what cannot be, and how little is known. */
  readonly notes: readonly Note[];
}

export interface ClientCount {
  readonly reports: number;
  /** Networks, which is how many independent voices there are. */
  readonly networks: number;
  /** Reports whose place is known. */
  readonly placed: number;
}

export interface RegionView {
  readonly id: RegionId;
  readonly code: string;
  readonly name: string;
  readonly latitude?: number;
  readonly longitude?: number;
  /** `dead`: from most of the locations that asked it. `unknown`: none did, or none has an answer yet. */
  readonly state: 'answers' | 'dead' | 'unknown';
  /** The location that sees it nearest, and how near, by medians. */
  readonly nearest?: { readonly location: string; readonly medianMs: number };
  /** It got slower than its neighbours: seen from these locations, by so much, since then at the latest. */
  readonly slower?: { readonly locations: readonly string[]; readonly byMs: number; readonly since: number };
  /** Of the clients that have it nearest. */
  readonly regret?: RegretView;
}

/** How far clients are from the relays that there are, and from the best that these could be to them. Medians over networks. */
export interface RegretView {
  readonly clients: number;
  readonly networks: number;
  /** Their round trip to it, which is their best. */
  readonly bestMs: number;
  /** What a relay of the map could be to them by its distance, at the pace of this fleet's paths. Absent: no places. */
  readonly possibleMs?: number;
  /** How much the path costs beyond that. A further relay would not mend it; better peering would. */
  readonly pathMs?: number;
  /** How much the regions that they call home cost beyond their best, where they told which. */
  readonly choiceMs?: number;
}

export interface LocationView {
  readonly code: string;
  readonly latitude?: number;
  readonly longitude?: number;
  /** Of its last sweep. Absent: it made none. */
  readonly ageMs?: number;
  readonly regions: Readonly<Record<RegionId, LatencyView>>;
  readonly dead: readonly RegionId[];
  readonly clients: ClientCount;
}

/** A region as a location sees it. */
export interface LatencyView {
  readonly state: 'answers' | 'missed' | 'dead';
  /** The newest round trip. */
  readonly latencyMs?: number;
  readonly kind?: Kind;
  /** Since it was last asked. */
  readonly ageMs: number;
  /** Of the history, and of how many answers. */
  readonly medianMs?: number;
  readonly samples: number;
  /** Share of the history's askings without an answer. */
  readonly lost?: number;
  /** By how much it got slower than before and than its neighbours did, since then at the latest. */
  readonly slower?: { readonly byMs: number; readonly since: number };
}

/** A place for a relay. */
export interface Candidate {
  readonly latitude: number;
  readonly longitude: number;
  /** The edge location that stands there, if one does. */
  readonly location?: string;
  /** The nearest region that there is, and how far it is. */
  readonly nearest?: { readonly region: RegionId; readonly km: number };
  /** Clients that would have it nearest, and what they would gain: the median over their networks. */
  readonly clients: number;
  readonly networks: number;
  readonly gainMs: number;
  /** Gain times clients, where a further client of a network counts less and less: what the best is chosen by. */
  readonly score: number;
  /** Too few networks for more than a guess. */
  readonly few?: true;
}
