import { createPicker, ProbeFailure } from 'nearest-relay';
import { createLab } from 'nearest-relay/lab';

/**
 * Times `node.https` with the platform's `fetch`. The family is the platform's choice, so none is said.
 *
 * @returns {import('nearest-relay').Transport}
 */
function fetching() {
  const closing = new AbortController();
  return {
    name: 'fetching',
    kind: 'https',
    supports: (node) => node.https !== undefined,
    async probe(node, { signal }) {
      // A signal that has aborted already sends nothing.
      if (signal.aborted || !node.https) throw new ProbeFailure('aborted', 'nothing was sent', false);
      const { scheme, port, path } = node.https;
      const url = `${scheme}://${node.host}:${port}${path}`;
      const get = () => fetch(url, { signal: AbortSignal.any([signal, closing.signal]), redirect: 'error' });
      try {
        // The first contact pays for DNS, TCP and TLS. It is read to its end, so that the second goes over its connection.
        await (await get()).arrayBuffer();
        const sentAt = performance.now();
        const answer = await get();
        const latencyMs = performance.now() - sentAt;
        await answer.arrayBuffer();
        if (!answer.ok) throw new ProbeFailure('status', `HTTP status ${answer.status}`, true);
        return { kind: 'https', latencyMs };
      } catch (error) {
        if (error instanceof ProbeFailure) throw error;
        throw new ProbeFailure(signal.aborted ? 'no-answer' : 'failed', String(error), true);
      }
    },
    close: () => closing.abort(),
  };
}

const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 60 }] });
const picker = createPicker({ map: lab.plainMap, transports: [fetching()] });
const { report, decision } = await picker.report();
console.log(decision.sentence);
console.log(Object.values(report.regions).map(({ code, kind, family }) => `${code} by ${kind}, family ${family}`).join('; '));

await picker.close();
await lab.close();
