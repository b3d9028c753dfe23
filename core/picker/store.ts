/** Where a picker remembers: a file, localStorage, a Durable Object. The text is the picker's affair. */
export interface Store {
  /** Undefined where nothing was saved yet. */
  load(): Promise<string | undefined>;
  save(text: string): Promise<void>;
  /** Puts what is there out of the way without losing it, and says where. Called before an unreadable or newer text would be overwritten. */
  keepAside(reason: string): Promise<string>;
}
