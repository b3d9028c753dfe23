/**
 * A Content Security Policy for a page that is one file: its own scripts and styles run, by their hashes, it may ask its own
 * origin, and nothing else happens. The token that it is given can be sent nowhere else.
 */
export async function policyFor(html: string): Promise<string> {
  const [scripts, styles] = await Promise.all([hashesOf(html, 'script'), hashesOf(html, 'style')]);
  return `default-src 'none'; script-src ${scripts}; style-src ${styles}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

async function hashesOf(html: string, element: 'script' | 'style'): Promise<string> {
  const contents = [...html.matchAll(new RegExp(`<${element}[^>]*>([^]*?)</${element}>`, 'g'))].map(([, content = '']) => content);
  const digests = await Promise.all(contents.map((content) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(content))));
  return digests.map((digest) => `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`).join(' ') || "'none'";
}
