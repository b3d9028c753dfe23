/** Requests and connections that one request to a Worker may still make. */
export interface Allowance {
  readonly left: number;
  /** Takes one. Throws where none is left. */
  take(): void;
}

export function createAllowance(most: number): Allowance {
  let left = most;
  return {
    get left() { return left; },
    take() {
      if (left <= 0) throw new Error(`the platform's limit of ${most} requests is reached`);
      left--;
    },
  };
}
