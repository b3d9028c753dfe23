/** What a browser tells of the connection, where it does (the Network Information API: Chromium). */
interface ConnectionLike extends Pick<EventTarget, 'addEventListener'> {
  readonly type?: string;
  readonly effectiveType?: string;
  readonly saveData?: boolean;
}

/** As much of a page as is looked at, `globalThis` unless another is given. Any of it may be missing, as on a server. */
export interface Page extends Partial<Pick<EventTarget, 'addEventListener'>> {
  readonly navigator?: { readonly onLine?: boolean; readonly connection?: ConnectionLike; readonly locks?: LocksLike };
  readonly document?: Pick<EventTarget, 'addEventListener'> & { readonly visibilityState: string };
  readonly location?: { readonly protocol: string };
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly BroadcastChannel?: new (name: string) => ChannelLike;
}

/** As much of Web Locks as is used. */
export interface LocksLike {
  request(name: string, options: { readonly signal: AbortSignal }, callback: () => Promise<void>): Promise<unknown>;
}

/** As much of a BroadcastChannel as is used. */
export interface ChannelLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  close(): void;
}

export const thisPage = (): Page => globalThis as unknown as Page;

export const isHidden = ({ document }: Page): boolean => document?.visibilityState === 'hidden';
