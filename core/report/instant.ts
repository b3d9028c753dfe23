/**
 * An instant in UTC as RFC 3339 has it, without trailing zeros: `2026-11-24T22:00:00.123Z`. To the microsecond: a double
 * of epoch ms holds no more. Computed, since core knows no clock and `Date` is one.
 */
export function formatInstant(epochMs: number): string {
  const micros = Math.round(epochMs * 1000);
  const days = Math.floor(micros / 86_400e6);
  const ofDay = micros - days * 86_400e6;
  const seconds = Math.floor(ofDay / 1e6);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => digits(part, 2)).join(':');
  const fraction = digits(ofDay % 1e6, 6).replace(/0+$/, '');
  return `${civilDate(days)}T${time}${fraction && `.${fraction}`}Z`;
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

/** Days since 1970-01-01 as a date of the Gregorian calendar. Counts in years from March, so that a leap day ends its year. */
function civilDate(days: number): string {
  const fromYear0 = days + 719_468;
  const era = Math.floor(fromYear0 / 146_097);
  const dayOfEra = fromYear0 - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}
