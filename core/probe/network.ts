/** The machine's own network, as the platform tells it. */
export interface Network {
  /** Whether the machine has a usable address of the family. */
  families(): { readonly v4: boolean; readonly v6: boolean };
  /** Whether the system can open an IPv6 socket at all; absent where the platform does not tell. */
  osHasIpv6?(): Promise<boolean | undefined>;
  /** Stable for the same network, different for another; says nothing about addresses to whom it is shown. */
  id(): Promise<string>;
  online(): boolean;
  /** Calls back on every change of interfaces, addresses or online state; returns how to stop. */
  onChange(listener: () => void): () => void;
}
