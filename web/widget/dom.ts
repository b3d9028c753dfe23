type Child = Node | string;

/** An element with its parts, for styling from outside and inside alike. Children that are text stay text. */
export function html<K extends keyof HTMLElementTagNameMap>(tag: K, part: string, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, 'part', part);
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | number>>, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children);
  return element;
}

/** Writes only what differs, so that nothing is laid out, painted or spoken for no change. Empty: no attribute. */
export function set(element: Element, name: string, value: string | number): void {
  const text = String(value);
  if (text === (element.getAttribute(name) ?? '')) return;
  if (text) element.setAttribute(name, text);
  else element.removeAttribute(name);
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
