import type { CandidateLike, DescriptionLike, PeerConnectionConstructor, PeerConnectionLike } from '../../../web/transports/peer-connection.ts';

/** How the simulated browser and its network behave. All times in ms from `setLocalDescription`. */
export interface Behaviour {
  /** Answers to a URL: round-trip time, `Infinity` for silence. Unknown URLs are silent. */
  readonly rttMs: Readonly<Record<string, number>>;
  /** Waits; the clock of the test. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly createMs?: number;
  readonly appliedMs?: number;
  /** When host candidates are announced; the request leaves at this time unless `sentMs` says otherwise. Undefined: there are none. */
  readonly hostMs?: number | undefined;
  readonly sentMs?: number;
  /** Of the host candidate; the server reflexive one's differs in its first byte alone. */
  readonly priority?: number;
  readonly hostAddress?: string;
  readonly mappedAddress?: (url: string) => string;
  /** Firefox has no `url` in its candidates. */
  readonly hasUrl?: boolean;
  /** No NAT and nothing obfuscated: the browser leaves out what equals the host candidate. */
  readonly withoutSrflx?: boolean;
  /** So many connections, the first ones, never end to look up a name: their gatherings tell the host candidate and no more. */
  readonly stuck?: number;
  /** How long a rollback takes. */
  readonly rollbackMs?: number;
  /** Candidates of the gathering before come late, into the next one. */
  readonly staleMs?: number;
}

export interface FakeBrowser {
  readonly RTCPeerConnection: PeerConnectionConstructor;
  /** Requests that left, by URL. */
  readonly asked: ReadonlyMap<string, number>;
  /** Connections made and not closed; gatherings under way; most of these at once. */
  readonly counts: { made: number; open: number; gathering: number; mostGathering: number; mostStarting: number };
  /** Changes what comes next. */
  behave(change: Partial<Behaviour>): void;
}

const hostType = 126 << 24;
const srflxType = 100 << 24;

/** A browser's RTCPeerConnection on a simulated network, as far as `ice()` uses it, with the order and the delays that Chromium shows. */
export function fakeBrowser(initial: Behaviour): FakeBrowser {
  let behaviour = initial;
  const asked = new Map<string, number>();
  const counts = { made: 0, open: 0, gathering: 0, mostGathering: 0, mostStarting: 0 };
  let starting = 0;
  let offers = 0;

  function create(): PeerConnectionLike {
    let signalingState = 'stable';
    let iceGatheringState = 'new';
    let urls: readonly string[] = [];
    let gathering: { readonly ufrag: string } | undefined;
    let listener: (event: { readonly candidate: CandidateLike | null }) => void = () => {};
    let hasTransceiver = false;
    const isStuck = counts.made++ < (behaviour.stuck ?? 0);
    counts.open++;

    const isOpen = (): boolean => signalingState !== 'closed';
    function end(): void {
      if (gathering) counts.gathering--;
      gathering = undefined;
    }

    async function gather(ufrag: string): Promise<void> {
      const own = { ufrag };
      gathering = own;
      iceGatheringState = 'gathering';
      counts.mostGathering = Math.max(counts.mostGathering, ++counts.gathering);
      const { hostMs, sentMs = hostMs ?? 1, sleep, staleMs = 0, hostAddress = 'a.local', priority = 0x1eff } = behaviour;
      const isOver = (): boolean => gathering !== own && staleMs === 0;
      const tell = async (atMs: number, candidate: CandidateLike | null): Promise<void> => {
        await sleep(atMs);
        if (!isOver() && isOpen()) listener({ candidate });
      };
      counts.mostStarting = Math.max(counts.mostStarting, ++starting);
      void sleep(hostMs ?? sentMs).then(() => { starting--; });
      if (hostMs !== undefined) void tell(hostMs + staleMs, { type: 'host', protocol: 'udp', priority: hostType | priority, usernameFragment: ufrag, address: hostAddress, port: 9 });
      const answers = urls.map(async (url) => {
        if (isStuck) return new Promise<void>(() => {});
        await sleep(sentMs);
        if (isOver()) return;
        asked.set(url, (asked.get(url) ?? 0) + 1);
        const rttMs = behaviour.rttMs[url] ?? Infinity;
        if (rttMs === Infinity) return new Promise<void>(() => {});
        if (behaviour.withoutSrflx) return sleep(rttMs);
        const { mappedAddress = () => '192.0.2.7', hasUrl = true } = behaviour;
        return tell(rttMs + staleMs, { type: 'srflx', protocol: 'udp', priority: srflxType | priority, usernameFragment: ufrag, address: mappedAddress(url), port: 4000, ...(hasUrl && { url }) });
      });
      await Promise.all(answers);
      await sleep(100);
      if (gathering === own) iceGatheringState = 'complete';
      await tell(0, null);
    }

    return {
      get signalingState() { return signalingState; },
      get iceGatheringState() { return iceGatheringState; },
      addEventListener: (_type, added) => { listener = added; },
      addTransceiver: () => { hasTransceiver = true; },
      setConfiguration({ iceServers }) {
        if (!isOpen()) throw new Error('InvalidStateError');
        urls = iceServers.flatMap(({ urls }) => urls);
        const wrong = urls.find((url) => /\s/.test(url));
        if (wrong !== undefined) throw new SyntaxError(`'${wrong}' is not a valid URL`);
      },
      async createOffer(): Promise<DescriptionLike> {
        await behaviour.sleep(behaviour.createMs ?? 1);
        if (!isOpen()) return new Promise(() => {});
        return { type: 'offer', sdp: `v=0\r\n${hasTransceiver ? `m=audio 9\r\na=ice-ufrag:u${++offers}\r\n` : ''}` };
      },
      async setLocalDescription({ type, sdp = '' }) {
        if (type === 'rollback') {
          if (signalingState !== 'have-local-offer') throw new Error('InvalidStateError: nothing to roll back');
          await behaviour.sleep(behaviour.rollbackMs ?? 0);
          if (isOpen()) signalingState = 'stable';
          return end();
        }
        if (gathering) throw new Error('gathers already');
        void gather(/ufrag:(\S+)/.exec(sdp)?.[1] ?? '');
        await behaviour.sleep(behaviour.appliedMs ?? 1);
        // After it is closed, no promise of a connection settles.
        if (!isOpen()) return new Promise<void>(() => {});
        signalingState = 'have-local-offer';
      },
      close() {
        if (!isOpen()) return;
        signalingState = 'closed';
        counts.open--;
        end();
      },
    };
  }

  return {
    // A constructor may return another object than its own.
    RTCPeerConnection: function RTCPeerConnection() { return create(); } as unknown as PeerConnectionConstructor,
    asked,
    counts,
    behave(change) { behaviour = { ...behaviour, ...change }; },
  };
}
