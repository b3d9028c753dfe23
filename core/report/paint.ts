export type Ink = 'home' | 'equal' | 'faint' | 'warning' | 'heading';

const SGR: Readonly<Record<Ink, string>> = { home: '1;32', equal: '36', faint: '2', warning: '33', heading: '1' };

export type Painter = (ink: Ink, text: string) => string;

/** Colours text (ECMA-48 SGR), or leaves it as it is. Whether to colour is the caller's to know: it has the terminal. */
export const painter = (colour: boolean): Painter => (ink, text) => (colour && text !== '' ? `\u001B[${SGR[ink]}m${text}\u001B[0m` : text);
