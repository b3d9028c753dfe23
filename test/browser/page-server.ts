import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

export interface PageServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** Serves the files, and nothing else, on loopback; `index.html` for the root. */
export async function servePage(files: ReadonlyMap<string, string>, headers: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://page').pathname.slice(1) || 'index.html';
    const text = files.get(name);
    // Browsers ask for an icon by themselves, and log it as an error if there is none.
    if (text === undefined) return response.writeHead(name === 'favicon.ico' ? 204 : 404).end();
    return response.writeHead(200, { 'Content-Type': types[extname(name)] ?? 'application/octet-stream', 'Cache-Control': 'no-store', ...headers }).end(text);
  });
  await new Promise<void>((done, fail) => { server.once('error', fail).listen(0, '127.0.0.1', done); });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => { server.close(() => done()); });
      server.closeAllConnections();
      await closed;
    },
  };
}
