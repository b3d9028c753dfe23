/** A round trip; below 10 ms a tenth says something. */
export const msText = (ms: number | undefined): string => (ms === undefined ? '–' : `${ms < 9.95 ? Number(ms.toFixed(1)) : Math.round(ms).toLocaleString('en')} ms`);

export function ageText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 100_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 129_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
}

export const countText = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function placeText(latitude: number, longitude: number): string {
  return `${Math.abs(Math.round(latitude))}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(Math.round(longitude))}° ${longitude < 0 ? 'W' : 'E'}`;
}
