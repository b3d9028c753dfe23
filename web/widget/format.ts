/** Figures as the readers of a language write them. */
export interface Format {
  readonly ms: (ms: number) => string;
  /** Rounded down: only certainty is 100 %. */
  readonly percent: (share: number) => string;
  readonly whole: (count: number) => string;
  readonly time: (epochMs: number) => string;
}

/** `lang`: a BCP 47 tag; where it is none, the browser's language. */
export function createFormat(lang: string | undefined): Format {
  const locale = isLanguage(lang) ? lang : undefined;
  const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const formatter = new Intl.NumberFormat(locale, options);
    return (value) => formatter.format(value);
  };
  const percent = number({ style: 'percent' });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  return {
    ms: number({ style: 'unit', unit: 'millisecond', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    percent: (share) => percent(Math.floor(share * 100 + 1e-9) / 100),
    whole: number({}),
    time: (epochMs) => clock.format(epochMs),
  };
}

function isLanguage(lang: string | undefined): boolean {
  try {
    return lang !== undefined && Intl.getCanonicalLocales(lang).length > 0;
  } catch {
    return false;
  }
}
