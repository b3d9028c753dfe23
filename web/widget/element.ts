import type { Decision, Report, Transport } from '../../universal/index.ts';
import type { ElementWithEvents } from './events.ts';
import { createFormat, type Format } from './format.ts';
import { runSession } from './session.ts';
import { styleSheet } from './styles.ts';
import { english, type WidgetTexts } from './texts.ts';
import { createView, type WidgetView } from './view.ts';
import { viewOf, type Situation } from './view-model.ts';
import { createHistory } from './history.ts';

/** A server has no elements to extend; there the class stands idle, so that the import is safe. */
const Base: { new (): ElementWithEvents; prototype: ElementWithEvents } = globalThis.HTMLElement ?? Object;

/** Attributes that start the measuring anew. */
const attributes = ['map', 'edge', 'strategy', 'every', 'fake'] as const;

/** Properties that a page may have set before the element was defined. */
const settable = [...attributes, 'transports', 'texts'] as const;

/**
 * `<nearest-relay map="/relays.json">`: measures while it is in a page, and shows which relay region is nearest, is it
 * really, and why. `docs/widget.md` has its attributes, events, parts and custom properties.
 */
export class NearestRelayElement extends Base {
  static readonly observedAttributes: readonly string[] = [...attributes, 'lang'];

  #map: object | undefined;
  #transports: readonly Transport[] | undefined;
  #texts: WidgetTexts = english;
  #view: WidgetView | undefined;
  #format: Format | undefined;
  #situation: Situation = { history: createHistory() };
  #session: AbortController | undefined;
  #isDue = false;
  #frame = 0;

  /** A URL, as the attribute; or a relay map as an object, which goes before it. */
  get map(): string | object | null { return this.#map ?? this.getAttribute('map'); }
  set map(map: string | object | null | undefined) {
    this.#map = typeof map === 'object' ? map ?? undefined : undefined;
    if (typeof map === 'string') this.setAttribute('map', map);
    this.#restart();
  }

  /** URL of an edge: its hint says what to measure first, and without `map` it gives the map. */
  get edge(): string | null { return this.getAttribute('edge'); }
  set edge(edge: string | null) { this.#reflect('edge', edge); }

  /** `steady` (default), `netcheck` or `netcheck-2022`. */
  get strategy(): string | null { return this.getAttribute('strategy'); }
  set strategy(strategy: string | null) { this.#reflect('strategy', strategy); }

  /** Time from report to report, such as `30s`. Without it: as the strategy waits. */
  get every(): string | null { return this.getAttribute('every'); }
  set every(every: string | null) { this.#reflect('every', every); }

  /** Round trips by region code, such as `fra=32,par=35`, answered without a packet. */
  get fake(): string | null { return this.getAttribute('fake'); }
  set fake(fake: string | null) { this.#reflect('fake', fake); }

  /** What measures, for tests and for other ways to measure. They stay open when the element is done. */
  get transports(): readonly Transport[] | undefined { return this.#transports; }
  set transports(transports: readonly Transport[] | undefined) {
    this.#transports = transports;
    this.#restart();
  }

  /** Words in place of the English ones. */
  get texts(): WidgetTexts { return this.#texts; }
  set texts(texts: Partial<WidgetTexts>) {
    this.#texts = { ...english, ...texts };
    this.#draw();
  }

  /** The last decision, which may be provisional, and the report that it rests on. */
  get decision(): Decision | undefined { return this.#situation.decision; }
  get report(): Report | undefined { return this.#situation.report; }

  connectedCallback(): void {
    for (const name of settable) this.#upgrade(name);
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [styleSheet()];
      this.#view = createView(root, () => performance.now());
    }
    this.#format = undefined;
    this.#draw();
    if (!this.#session) this.#restart();
  }

  disconnectedCallback(): void {
    // An element that is moved is back before this runs, and goes on as it was.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(name: string): void {
    if (name !== 'lang') return this.#restart();
    this.#format = undefined;
    this.#draw();
  }

  /** Once for all that changes in one turn. */
  #restart(): void {
    if (this.#isDue || !this.isConnected) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#stop();
      if (!this.isConnected) return;
      const session = this.#session = new AbortController();
      const { map, edge, strategy, every, fake, transports } = this;
      void runSession({ map: map ?? undefined, edge, strategy, every, fake, transports }, session.signal, {
        show: (situation) => {
          this.#situation = situation;
          this.#draw();
        },
        emit: (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail })),
      });
    });
  }

  #stop(): void {
    this.#session?.abort();
    this.#session = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** At most once a frame, however many answers come. */
  #draw(): void {
    if (this.#frame || !this.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#format ??= createFormat(this.closest<HTMLElement>('[lang]')?.lang);
      this.#view?.update(viewOf(this.#situation, this.#texts, this.#format), this.#texts);
    });
  }

  #reflect(name: string, value: string | null): void {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  /** Frameworks may set a property before the element is defined: as it is, it would hide the accessor. */
  #upgrade(name: (typeof settable)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value: unknown = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }
}
