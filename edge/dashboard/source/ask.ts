import type { FleetView } from '../../fleet/view-form.ts';

export type Answer =
  | { readonly state: 'ready'; readonly view: FleetView }
  | { readonly state: 'locked' }
  | { readonly state: 'failed'; readonly message: string };

const timeoutMs = 15_000;

/** Asks the fleet's own site, beside wherever this page stands. Never rejects. */
export async function askFleet(token: string | undefined): Promise<Answer> {
  try {
    const answer = await fetch(new URL('v1/fleet', location.href), {
      cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    });
    if (answer.status === 401) return { state: 'locked' };
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) return { state: 'failed', message: `The fleet's answer is ${answer.status}: ${detailOf(body)}` };
    return isView(body) ? { state: 'ready', view: body } : { state: 'failed', message: "The fleet's answer cannot be read." };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { state: 'failed', message: isLate ? `The fleet did not answer within ${timeoutMs / 1_000} s.` : 'The fleet cannot be reached.' };
  }
}

/** Problems say what is wrong (RFC 9457). */
function detailOf(body: unknown): string {
  const detail = (body as { readonly detail?: unknown } | undefined)?.detail;
  return `${typeof detail === 'string' ? detail.replace(/\.$/, '') : 'it does not say why'}.`;
}

function isView(body: unknown): body is FleetView {
  const view = body as Partial<FleetView> | undefined | null;
  return [view?.regions, view?.locations, view?.candidates, view?.notes].every(Array.isArray);
}

const tokenKey = 'nearest-relay fleet token';

/** The tab's memory. A browser may refuse it: then the token lasts as long as the page. */
export function rememberToken(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(tokenKey);
    else sessionStorage.setItem(tokenKey, token);
  } catch { /* said above */ }
}

export function rememberedToken(): string | undefined {
  try {
    return sessionStorage.getItem(tokenKey) ?? undefined;
  } catch {
    return undefined;
  }
}
