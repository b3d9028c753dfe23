import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('nearest-relay/package.json') as { readonly version: string };

export const version: string = `${manifest.version}\n`;

const measureFlags = `
  --map SOURCE       relay map: a file, an http(s) URL, - for standard input, tailscale (the public map) or lab
                     (embedded relays). Default: NEAREST_RELAY_MAP
  --edge URL         an edge, whose hint is measured first; without --map it gives the map
  --strategy NAME    steady (default), netcheck, netcheck-2022
  --format FORMAT    text (default), json, json-line, tailscale-json, concise
  --timeout TIME     end each report then at the latest (800, 30s)
  --interval TIME    from the end of a report to the start of the next; default: as the strategy waits
  --state FILE       remember the home and its evidence there, per network
  --trace FILE       record the run, to replay its decisions (public addresses left out)
  --trace-addresses  record public addresses as well
  --checks LIST      of portal, portmap, hairpin (default portal,portmap; with netcheck-2022 all)
  --no-checks        latencies and choice only
  -4, -6             one IP version only
  --force ID|CODE    take this region if it answers. Also NEAREST_RELAY_FORCE
  --fake CODE=MS,…   answer for those regions without a packet. Also NEAREST_RELAY_FAKE
  --insecure         accept any TLS certificate (for tests)
  -v, --verbose      more in the text form
`;

const helps: Readonly<Record<string, string>> = {
  check: `nearest-relay check --map SOURCE [flags]    measure once, choose, say why
${measureFlags}  --repeat N         N reports in one process: the first full, then as the strategy says

Exit: 0 a home was chosen, 1 nothing answered, 2 bad usage or input, 130 interrupted.
`,
  watch: `nearest-relay watch --map SOURCE [flags]    report after report, a live view on a terminal
${measureFlags}  --connect          hold a verified connection to the home (DERP), watched closely, and show it
  --metrics [HOST:]PORT   serve Prometheus metrics at /metrics (host 127.0.0.1)
`,
  lab: `nearest-relay lab [flags]    relays on loopback until interrupted; prints their relay map

  --fleet FILE       the relays: { "relays": [ { "code": "fra", "rttMs": 8, "jitterMs": 1, "lossRate": 0.01 }, … ] }
  --port N           first port; default: free ones
`,
  replay: `nearest-relay replay FILE [flags]    a recorded trace again: its decisions; - for standard input

  --strategy NAME    of steady, netcheck, netcheck-2022: decide by that one; default: the one that was recorded
  --format FORMAT    text (default), or json-line: the decision lines of the recording, byte for byte
`,
  explain: `nearest-relay explain FILE [flags]    a recorded trace as a story: when the home moved, why, what it gained; - for standard input

  --at N             the N-th report alone, with the evidence of each candidate
`,
  'what-if': `nearest-relay what-if FILE --strategy NAMES [flags]    a recorded day under other strategies; - for standard input

  --strategy NAMES   of steady, netcheck, netcheck-2022, joined by commas
  --format FORMAT    text (default) or json
`,
  simulate: `nearest-relay simulate FILE [flags]    strategies against a latency matrix over time: moves, regret, packets

  --strategy NAMES   of steady, netcheck, netcheck-2022, joined by commas; default: all three
  --seed N           decides all that is drawn; default 1
  --format FORMAT    text (default) or json
  --choice           netcheck's plan and pace for all, to compare the choices alone
  --unconnected      clients hold no connection to their home, so that they see no more than probes tell
  --base FILE        a matrix of base times, for a FILE of paths
  --access FILE      what an access line adds to every probe
  --clients N        so many of the clients; of a FILE of paths default 240
  --regions N        of a FILE of paths: regions of each client, default 16
  --hours N          so much of the time; of a FILE of paths default 24
  --threads N        at most so many; default one a processor. What comes out is the same
`,
  demo: `nearest-relay demo [flags]    relays on loopback and a page that shows them and changes their weather, until interrupted

  --fleet FILE       the relays, as for lab
  --port N           port of the page, on 127.0.0.1; default: a free one
`,
  serve: `nearest-relay serve --map SOURCE [flags]    the edge on Node: latencies from here, hints for clients, the fleet, until interrupted

  --map SOURCE       relay map, as for check; a file or URL is read again while it is served
  --port N           default 8787; 0: a free one
  --host H           address to listen on, default 127.0.0.1, where nothing is guarded
  --location CODE    where this is: a region's code of the map, or an airport's, such as FRA. Default: LOCAL
  --data FILE        keep sweeps and reports there (SQLite). Default: in memory
  --trust-proxy      clients are who the proxy in front says (the last address in X-Forwarded-For)

FLEET_TOKEN guards /v1/fleet and /metrics elsewhere than on loopback; PUBLIC_FLEET=1 opens them. Log on stderr, JSON lines.
`,
};

const overview = `nearest-relay: which relay is nearest, is it really, and how to stay on a good one

  nearest-relay check --map SOURCE   measure once, choose, say why (the default command)
  nearest-relay watch --map SOURCE   keep measuring, move only when it pays
  nearest-relay lab                  relays with a bad network, on loopback
  nearest-relay demo                 the same with a page to watch and change them
  nearest-relay explain FILE         why a recorded run chose as it did
  nearest-relay replay FILE          its decisions again, by any strategy
  nearest-relay what-if FILE --strategy NAMES   what others would have done
  nearest-relay simulate FILE        strategies against a latency matrix over time
  nearest-relay serve --map SOURCE   an HTTP endpoint that measures from here and gives hints

  nearest-relay COMMAND --help       its flags
  nearest-relay --version

Try: nearest-relay --map lab
`;

export const help = (command: string | undefined): string => (command !== undefined && Object.hasOwn(helps, command) && helps[command]) || overview;
