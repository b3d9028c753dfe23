import { STATUS_CODES } from 'node:http';

/** An error as an HTTP answer says it (RFC 9457). */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  readonly status: number;
  /** What in the body is wrong, and how. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, detail: string, { errors = [], headers = {} }: { readonly errors?: Problem['errors']; readonly headers?: Problem['headers'] } = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** Its body, `application/problem+json`. */
export const problemBody = ({ status, message, errors }: Problem): string =>
  JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, ...(errors.length > 0 && { errors }) });
