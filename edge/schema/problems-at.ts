import type { RelayMap } from '../../core/model/map.ts';
import type { ProblemAt } from '../problem.ts';

/** One thing that valibot finds wrong, as far as it is used here. */
interface Issue {
  readonly path?: readonly { readonly key: unknown }[] | undefined;
  readonly expected?: string | null;
}

const most = 20;

/**
 * What is wrong, without a word of what was sent: keys that are neither the schema's nor the map's regions' show as `*`, and
 * valibot's own messages, which quote the input, are not used.
 */
export function problemsAt(issues: readonly Issue[], map: RelayMap): ProblemAt[] {
  const regions = new Set<string>(map.regions.map(({ id }) => id));
  return issues.slice(0, most).map(({ path = [], expected }) => ({
    path: pathOf(path.map(({ key }) => (typeof key === 'number' ? key : String(key))), regions),
    message: expected === undefined || expected === null ? 'is not valid' : `must be ${expected}`,
  }));
}

/** As `regions.7.kinds.*.ms`, `notes[0].code`. */
function pathOf(keys: readonly (string | number)[], regions: ReadonlySet<string>): string {
  let path = '';
  for (const [index, key] of keys.entries()) {
    const parent = keys[index - 1];
    const isTheirs = parent === 'kinds' || (parent === 'regions' && !regions.has(String(key)));
    if (typeof key === 'number') path += `[${key}]`;
    else path += `${path === '' ? '' : '.'}${isTheirs ? '*' : key}`;
  }
  return path;
}
