export function bundleSize(): Promise<{ name: string; value: number; unit: string; against: string; other?: number; ratio?: number; most?: number }[]>;
