/** Figures as the readers of a language write them. */
export interface Format {
  readonly ms: (ms: number) => string;
  /** Rounded down: only certainty is 100 %. */
  readonly percent: (share: number) => string;
  readonly whole: (count: number) => string;
  readonly time: (epochMs: number) => string;
}

/** `lang`: a BCP 47 tag. Where it is none, or not to be had, the browser's language serves. */
export function createFormat(lang?: string): Format {
  try {
    return formatOf(lang || undefined);
  } catch {
    return formatOf();
  }
}

function formatOf(lang?: string): Format {
  const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => new Intl.NumberFormat(lang, options).format;
  const percent = number({ style: 'percent' });
  const clock = new Intl.DateTimeFormat(lang, { timeStyle: 'short' });
  return {
    ms: number({ style: 'unit', unit: 'millisecond', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    percent: (share) => percent(Math.floor(share * 100 + 1e-9) / 100),
    whole: number({}),
    time: clock.format,
  };
}
