const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 413: 'Content Too Large', 415: 'Unsupported Media Type',
  421: 'Misdirected Request', 422: 'Unprocessable Content', 426: 'Upgrade Required', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
};

/** What in a body is wrong, and how. */
export interface ProblemAt {
  readonly path: string;
  readonly message: string;
}

/** An error as an HTTP answer says it (RFC 9457). Its text is written here, in the code: nothing of the request is repeated in it. */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  readonly status: number;
  readonly errors: readonly ProblemAt[];
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, detail: string, { errors = [], headers = {} }: { readonly errors?: readonly ProblemAt[]; readonly headers?: Readonly<Record<string, string>> } = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** Its body, `application/problem+json`. */
export const problemBody = ({ status, message, errors }: Problem): string =>
  JSON.stringify({ type: 'about:blank', title: titles[status] ?? 'Error', status, detail: message, ...(errors.length > 0 && { errors }) });
