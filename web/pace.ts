import { isHidden, thisPage, type Page } from './page.ts';

/**
 * How many times longer a page waits between reports where data is dear: Save-Data is on, or the connection is cellular.
 * There HTTPS and WebSocket also stop at the first figure. Kinds need no cut: a region is asked by the cheapest that it speaks.
 */
export const thriftyFactor = 4;

/** Whether the user or the connection asks to save data, as far as the browser tells. */
export const isThrifty = ({ navigator }: Page = thisPage()): boolean => navigator?.connection?.saveData === true || navigator?.connection?.type === 'cellular';

/** For `picker.watch({ stretch: pageStretch() })`: rests while nobody sees the page, and reports less often where data is dear. */
export const pageStretch = (page: Page = thisPage()) => (): number => (isHidden(page) ? Infinity : isThrifty(page) ? thriftyFactor : 1);
