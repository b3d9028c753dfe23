import type { HomeEvent, HomeReason } from '../../core/home/events.ts';
import type { RelayMap } from '../../core/model/map.ts';
import { clean } from '../../core/report/cells.ts';
import { shownCode } from '../../core/report/region-order.ts';
import { formatMs } from '../../core/report/wording.ts';

/** What is known of the home's connection, in words. */
export interface ConnectionLine {
  /** Takes an event in, and says how things stand then. */
  add(event: HomeEvent, map: RelayMap): string | undefined;
}

const downWords: Readonly<Partial<Record<HomeReason, string>>> = {
  transport: 'it ended', silent: 'pings went unanswered', unmapped: 'it left the map', closed: 'closed',
};

export function createConnectionLine(): ConnectionLine {
  let words: string | undefined;
  /** Whom and since when, without the round trip, which changes. */
  let connected: string | undefined;
  return {
    add(event, map) {
      switch (event.type) {
        case 'home': {
          const code = shownCode(map, event.region);
          if (event.event === 'down') {
            connected = undefined;
            return (words = `connection to ${code} lost: ${downWords[event.reason] ?? event.reason}`);
          }
          const after = event.downMs === undefined ? '' : ` after ${formatMs(event.downMs)} without one`;
          connected = `connected to ${code}${event.node === undefined ? '' : ` (${clean(event.node)})`}`;
          return (words = `${connected}${event.rttMs === undefined ? '' : `, ${formatMs(event.rttMs)}`}${after}`);
        }
        case 'pong':
          return connected === undefined ? words : (words = `${connected}, ${formatMs(event.rttMs)}`);
        case 'connection':
          if (connected !== undefined || (event.state !== 'connecting' && event.state !== 'failed')) return words;
          return (words = event.state === 'connecting' ? `connecting to ${shownCode(map, event.region)}` : `no connection to ${shownCode(map, event.region)}: ${clean(event.message ?? '')}`);
        case 'held':
          return words;
        case 'stopped':
          return (words = `no more attempts: ${shownCode(map, event.region)} refuses this client: ${clean(event.message)}`);
      }
    },
  };
}
