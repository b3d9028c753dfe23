/** The first few in order, without sorting them all. Equals stay as they stand. */
export function firstFew<T>(all: readonly T[], count: number, compare: (a: T, b: T) => number): T[] {
  const few: T[] = [];
  for (const one of all) {
    let place = few.length;
    for (let before = few[place - 1]; before !== undefined && compare(one, before) < 0; before = few[place - 1]) place--;
    if (place >= count) continue;
    few.splice(place, 0, one);
    if (few.length > count) few.pop();
  }
  return few;
}
